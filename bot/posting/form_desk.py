"""The form that makes a video from what is there already, and what becomes of what it brings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.generations.fitting import fitted
from bot.generations.model_book import ModelBook
from bot.generations.scenes import SceneService, lacks_its_frame
from bot.models.draft import Draft
from bot.models.generation import OriginKind, VideoSettings
from bot.posting.answering import Interaction, answer_error
from bot.posting.buttons import actor_of
from bot.posting.continuing import last_frame_of
from bot.posting.intake import Intake
from bot.posting.wishes import First, Picture, Wish
from bot.ui import figures
from bot.ui.video_modal import VideoForm, VideoModal, what_happens_next


@dataclass(frozen=True, slots=True)
class Opening:
    """How the form is introduced."""

    title: str = "Edit video"
    prompt_hint: str | None = None
    """Shown where the prompt is empty."""
    pictures_note: str = ""
    """What the prompt can point to."""


class FormDesk:
    """Opens the form, filled in, and hands what comes back to the intake.

    A form opens as the first response or not at all, so nothing slow comes before it.
    """

    def __init__(self, intake: Intake, scenes: SceneService, models: ModelBook) -> None:
        self._intake = intake
        self._scenes = scenes
        self._models = models

    async def open(
        self,
        interaction: Interaction,
        draft: Draft,
        opening: Opening | None = None,
        *,
        pictures: tuple[Picture, ...] = (),
        first: First = First.NOTHING,
    ) -> None:
        """Show the form with a draft filled in; ``pictures`` are fetched once it is sent off.

        ``first`` is what is then shown before anything is begun.

        It asks for what the model takes; where that may not be used here, it goes on with the
        usual one.
        """
        models, settings = self._models, draft.settings
        if not models.allows(settings.model):
            settings = fitted(settings, models.default, models.form(models.default))

        async def submitted(answered: Interaction, form: VideoForm) -> None:
            await self.receive(
                answered, draft, _settings(settings, form), pictures=pictures, first=first
            )

        how = opening or Opening()
        # What the form has no field for, and yet decides on the price.
        title = [how.title, *([f"{draft.takes} takes"] if draft.takes > 1 else [])]
        if settings.model != models.default:
            title.append(models.display_name(settings.model))
        modal = VideoModal(
            _form(settings),
            submitted=submitted,
            failed=answer_error,
            takes=models.form(settings.model),
            title=figures.DOT.join(title),
            prompt_hint=how.prompt_hint,
            pictures_note=how.pictures_note,
        )
        await interaction.response.send_modal(modal)

    async def open_next_scene(self, interaction: Interaction, generation_id: int) -> None:
        """Show the form for what comes after a video: only what happens in it is asked for."""
        draft, before = await self._scenes.next_scene(generation_id, actor_of(interaction))
        hint = what_happens_next(before.request.request.settings)
        await self.open(interaction, draft, Opening("Next scene", prompt_hint=hint))

    async def receive(
        self,
        interaction: Interaction,
        draft: Draft,
        settings: VideoSettings,
        *,
        pictures: tuple[Picture, ...] = (),
        first: First = First.NOTHING,
    ) -> None:
        """Take a draft with these settings to the intake."""
        origin = draft.origin
        if origin and origin.kind is OriginKind.AGAIN and settings != draft.settings:
            origin = replace(origin, kind=OriginKind.EDIT)
        if origin and lacks_its_frame(draft):
            actor = actor_of(interaction)
            pictures = (*pictures, last_frame_of(self._scenes, origin, actor, settings.model))
        wish = Wish(
            settings=settings,
            pictures=pictures,
            references=draft.references,
            takes=draft.takes,
            private=draft.private,
            poll=draft.poll,
            origin=origin,
            first=first,
        )
        await self._intake.receive(interaction, wish)


def _form(settings: VideoSettings) -> VideoForm:
    return VideoForm(
        prompt=settings.prompt,
        negative_prompt=settings.negative_prompt or "",
        duration_s=settings.duration_s,
        aspect_ratio=settings.aspect_ratio,
        audio=settings.audio,
        extra=settings.extra,
    )


def _settings(before: VideoSettings, form: VideoForm) -> VideoSettings:
    return replace(
        before,
        prompt=form.prompt,
        aspect_ratio=form.aspect_ratio,
        duration_s=form.duration_s,
        audio=form.audio,
        negative_prompt=form.negative_prompt or None,
        extra=form.extra,
    )
