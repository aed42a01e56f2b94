"""Cards of the cast: whatever was typed, Discord takes them and nobody can bend them."""

from __future__ import annotations

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models.cast import (
    CastDetails,
    CastKind,
    CastMember,
    CastReport,
    CastScope,
    Proposal,
    Sharing,
    Viewer,
    is_name,
)
from bot.models.references import StoredImage
from bot.ui import cast_card
from bot.ui.cast_form import CastForm
from bot.ui.cast_reports_card import report_view, reports_view
from tests.conformance.discord_spec import COMPONENTS_V2, DiscordSpec, published_specification
from tests.ui.cards import ALICE, NOW_MS, PROMPTS, alive, components, mentioned, shown

BEN = 90351110224678912
GUILD, ROLE = 613425648685547541, 713425648685547541
NAMES = st.from_regex(r"[a-zé][\w-]{0,31}", fullmatch=True).filter(is_name)
VIEWERS = st.builds(
    Viewer,
    st.sampled_from([ALICE, BEN]),
    st.sampled_from([GUILD, None]),
    st.just(frozenset({ROLE})),
    st.booleans(),
)


def image(letter: str) -> StoredImage:
    return StoredImage(letter * 64, "image/png", width_px=640, height_px=480, size_bytes=9_000)


SHARINGS = st.sampled_from(
    [
        Sharing(CastScope.PRIVATE),
        Sharing(CastScope.SERVER, GUILD),
        Sharing(CastScope.TEAM, GUILD, ROLE),
    ]
)
DETAILS = st.builds(
    CastDetails,
    NAMES,
    st.sampled_from(CastKind),
    SHARINGS,
    st.just(image("a")),
    st.integers(0, 3).map(lambda count: (image("b"),) * count),
)
MEMBERS = st.builds(
    CastMember,
    st.integers(1, 2**63 - 1),
    st.sampled_from([ALICE, BEN]),
    DETAILS,
    st.just(NOW_MS),
    st.just(NOW_MS),
)
REPORTS = st.builds(
    CastReport, st.integers(1, 2**63 - 1), MEMBERS, st.just(BEN), PROMPTS, st.just(NOW_MS)
)


@pytest.fixture(scope="module")
def spec() -> DiscordSpec:
    if not published_specification().exists():
        pytest.skip("Discord's specification is not there")
    return DiscordSpec(published_specification())


def problems(spec: DiscordSpec, card: ui.LayoutView) -> list[str]:
    body = {"components": components(card), "flags": COMPONENTS_V2}
    return spec.check_request("POST", "/channels/1/messages", body)


@settings(deadline=None, max_examples=15)
@given(st.lists(MEMBERS, max_size=5, unique_by=lambda one: one.id), VIEWERS, st.integers(0, 3))
def test_every_page_and_every_member_is_a_card_that_discord_takes(
    spec: DiscordSpec, members: list[CastMember], viewer: Viewer, page: int
) -> None:
    thumbnails = {member.id: f"cast{member.id}.webp" for member in members[1:]}
    total = len(members) + 10 if members else 0
    cards = [cast_card.list_view(members, viewer, page, total=total, thumbnails=thumbnails)]
    for member in members:
        proposal = Proposal(ALICE, member.details)
        cards += [
            cast_card.member_view(member, viewer, strip="cast.webp"),
            cast_card.remove_view(member, viewer, strip=None),
            cast_card.agreement_view(1, proposal, viewer, owner_id=ALICE, strip="cast.webp"),
        ]
        assert len(cast_card.suggestion(member, viewer)) <= 100

    for card in cards:
        assert problems(spec, card) == []
        assert mentioned(shown(card)) <= {str(ALICE), str(BEN), str(ROLE)}


@settings(deadline=None, max_examples=15)
@given(reports=st.lists(REPORTS, max_size=5, unique_by=lambda one: one.id), drawn=st.booleans())
def test_no_reason_bends_a_card_of_reports(
    spec: DiscordSpec, reports: list[CastReport], *, drawn: bool
) -> None:
    thumbnails = {report.id: f"cast{report.id}.webp" for report in reports if drawn}
    cards = [reports_view(reports, len(reports) + 3, thumbnails=thumbnails)]
    cards += [report_view(report, thumbnail=thumbnails.get(report.id)) for report in reports]

    for card in cards:
        assert problems(spec, card) == []
        quoted = [line for line in shown(card).splitlines() if line.startswith("> ")]
        assert len(quoted) in {1, len(reports)}
        for line in quoted:
            assert alive(line.removeprefix("> ")) == []


async def test_the_form_is_one_that_discord_takes() -> None:
    async def never(*_: object) -> None:
        raise AssertionError

    form = CastForm(
        "Edit cast member",
        name="x" * 100,
        sharing={f"team:1:{number}": "Team: " + "x" * 94 for number in range(25)},
        chosen="team:1:3",
        submitted=never,
        failed=never,
    )

    fields = form.to_dict()["components"]
    assert len(fields) <= 5
    for field in fields:
        assert len(field["label"]) <= 45
        assert len(field["description"]) <= 100
