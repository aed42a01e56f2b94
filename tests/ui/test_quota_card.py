from bot.models.quota import Period, QuotaLimits, QuotaWindow, Usage, Used
from bot.models.video_model import Pricing
from bot.ui.card import Accent
from bot.ui.quota_card import quota_view
from tests.ui.cards import MODEL_NAME, accent, shown

DAY = QuotaWindow(Period.DAY, 0, 1_770_000_000_000)
MONTH = QuotaWindow(Period.MONTH, 0, 1_772_000_000_000)
LIMITS = QuotaLimits(5, 100, 60, None, 3)
UNLIMITED = QuotaLimits(None, None, None, None, None)


def usage(videos_today: int = 3) -> Usage:
    return Usage(((DAY, Used(videos_today, 18)), (MONTH, Used(20, 118))), in_flight=1)


def test_a_quota_card_shows_bars_and_when_they_renew() -> None:
    card = quota_view(
        LIMITS,
        usage(),
        model_name=MODEL_NAME,
        pricing=Pricing("per_video_output_second", per_second_microusd=224_000),
    )
    assert shown(card).splitlines() == [
        "### Your quota",
        "**Today** · renews <t:1770000000:R>",
        "`██████░░░░` 3 of 5 videos used",
        "`███░░░░░░░` 18 of 60 s used",
        "**This month** · renews <t:1772000000:R>",
        "`██░░░░░░░░` 20 of 100 videos used",
        "118 s used · no limit",
        "**Under way** · 1 of 3 videos at once",
        "-# Kling O3 Pro · 5 s cost $1.12",
    ]
    assert accent(card) == Accent.DONE


def test_a_used_up_quota_asks_for_attention() -> None:
    card = quota_view(LIMITS, usage(videos_today=5))
    assert accent(card) == Accent.ATTENTION
    assert "`██████████` 5 of 5 videos used" in shown(card)


def test_without_limits_only_the_use_is_told() -> None:
    card = quota_view(UNLIMITED, usage())
    assert shown(card).splitlines()[1:3] == ["**Today**", "3 videos, 18 s so far · no limit"]
    assert "█" not in shown(card)
    assert accent(card) == Accent.DONE
