from __future__ import annotations

from bot.models.generation import (
    AT_OXEN_STATES,
    FINAL_STATES,
    GenerationState,
    VideoRequest,
    VideoSettings,
)
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.models.video_model import Pricing


def picture(role: ReferenceRole, position: int) -> ReferenceImage:
    image = StoredImage(f"{role}{position}", "image/png", 640, 480, 9)
    return ReferenceImage(image, role, position)


def test_a_state_is_final_or_leads_on() -> None:
    assert {state for state in GenerationState if state.is_final} == FINAL_STATES
    assert not FINAL_STATES & AT_OXEN_STATES


def test_reference_images_come_in_the_order_of_their_mentions() -> None:
    third, first = picture(ReferenceRole.IMAGE, 3), picture(ReferenceRole.IMAGE, 1)
    start = picture(ReferenceRole.START_FRAME, 1)
    request = VideoRequest(
        id=1,
        interaction_id=1,
        user_id=1,
        user_name="Mona",
        guild_id=None,
        channel_id=1,
        private=False,
        settings=VideoSettings("kling", "a kite", "16:9", 5),
        references=(third, start, first),
        takes=1,
        price_microusd=None,
        placeholder_message_id=None,
        created_at_ms=0,
    )

    assert request.reference_images() == (first, third)
    assert request.frame(ReferenceRole.START_FRAME) == start
    assert request.frame(ReferenceRole.END_FRAME) is None


def test_sound_has_its_own_price_only_where_the_model_names_one() -> None:
    silent_only = Pricing("per_video_output_second", per_second_microusd=224_000)
    both = Pricing(
        "per_video_output_second", per_second_microusd=100, per_second_with_audio_microusd=150
    )

    assert silent_only.price_microusd(6, audio=True) == 1_344_000
    assert both.price_microusd(6, audio=False) == 600
    assert both.price_microusd(6, audio=True) == 900
    assert Pricing("token").price_microusd(6, audio=False) is None
    assert Pricing("time", 100).price_microusd(6, audio=False) is None
    assert Pricing("", 100).price_microusd(6, audio=False) == 600
