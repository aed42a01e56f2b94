"""Shows storyboards to their authors, and changes them as they say."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord

from bot.casts.resolving import CastResolver
from bot.errors import InvalidRequestError, MediaError
from bot.generations.actor import Actor
from bot.generations.drafting import DraftService, Edit
from bot.generations.mentions import named
from bot.generations.model_book import ModelBook
from bot.generations.service import GenerationService
from bot.generations.storyboards import empty_storyboard, with_options, with_pictures
from bot.models.draft import Draft, imprint
from bot.models.model_form import ModelForm
from bot.models.preset import PresetContent
from bot.models.references import Element, ReferenceImage
from bot.posting.answering import Interaction, answer
from bot.posting.strips import HEIGHT_PX, Strips
from bot.posting.taking_in import Attachments
from bot.posting.viewing import viewer_of
from bot.posting.wishes import Picture
from bot.ui.card import Card
from bot.ui.storyboard_card import STRIPS_SHOWN, Storyboard, Strip, role_name, storyboard_view

_PICTURES_IN_A_STRIP = 4
_NOW_A_VIDEO = "That one has become a video already; this is a new storyboard made from it."


@dataclass(frozen=True, slots=True)
class Opening:
    """How a person wants to begin."""

    beginning: PresetContent
    """What a new storyboard begins with."""
    changes: PresetContent
    """What to change in one that is picked up."""
    anew: bool = False
    """Leave an unfinished one where it is, and begin another."""


class StoryboardDesk:
    """Everything about storyboards before they are rendered. Raises ``UserError``."""

    def __init__(
        self,
        drafts: DraftService,
        generations: GenerationService,
        models: ModelBook,
        attachments: Attachments,
        *,
        strips: Strips,
        cast: CastResolver,
    ) -> None:
        self._drafts = drafts
        self._generations = generations
        self._models = models
        self._attachments = attachments
        self._strips = strips
        self._cast = cast

    def form(self, draft: Draft) -> ModelForm:
        """What the draft's model takes."""
        return self._models.form(draft.settings.model)

    async def open(self, interaction: Interaction, actor: Actor, opening: Opening) -> None:
        """Answer with the unfinished storyboard of the person, or with a new one."""
        # Refuses a model without storyboards before a kept one is turned over to it.
        empty = self._empty(actor, opening.beginning.model or self._models.default)
        latest = None if opening.anew else await self._drafts.latest_storyboard(actor)
        if latest is None:
            await self.open_new(interaction, with_options(empty, opening.beginning))
            return
        draft_id, draft = latest
        if with_options(draft, opening.changes) != draft:
            draft = await self._drafts.change(
                draft_id, actor, lambda was: with_options(was, opening.changes)
            )
        await self._answer(interaction, draft_id, draft, resumed=True)

    async def open_new(self, interaction: Interaction, draft: Draft) -> None:
        """Keep a storyboard that came out of something else, and answer with it."""
        await self._answer(interaction, await self._drafts.keep(draft), draft)

    async def open_kept(
        self, interaction: Interaction, draft_id: int, draft: Draft, *notes: str
    ) -> None:
        """Answer with a storyboard that was left on another card."""
        await self._answer(interaction, draft_id, draft, notes=notes)

    async def show(
        self, interaction: Interaction, draft_id: int, draft: Draft, *notes: str
    ) -> None:
        """Bring the card in step that a button or form belongs to."""
        card, files = await self._drawn(interaction, draft_id, draft, notes=notes)
        await interaction.edit_original_response(view=card, attachments=files)

    async def begin_anew(self, interaction: Interaction, draft_id: int, actor: Actor) -> None:
        """Put an empty storyboard in place of the one that is shown, which stays kept."""
        before = await self._drafts.draft(draft_id, actor)
        empty = replace(
            self._empty(actor, before.settings.model), takes=before.takes, private=before.private
        )
        await self.show(interaction, await self._drafts.keep(empty), empty)

    async def change(
        self, interaction: Interaction, draft_id: int, actor: Actor, edit: Edit, *notes: str
    ) -> None:
        """Change a storyboard and bring its card in step.

        One that has become a video stays as it is: the change begins a new one, so that nothing
        that was typed is lost.
        """
        try:
            draft = await self._drafts.change(draft_id, actor, edit)
        except InvalidRequestError:
            if await self._generations.begun(draft_id, actor) is None:
                raise
            draft = edit(await self._drafts.draft(draft_id, actor))
            draft_id = await self._drafts.keep(draft)
            notes = (*notes, _NOW_A_VIDEO)
        await self.show(interaction, draft_id, draft, *notes)

    async def change_pictures(
        self,
        interaction: Interaction,
        draft_id: int,
        actor: Actor,
        attached: Sequence[Picture],
        *,
        out: Sequence[ReferenceImage],
    ) -> None:
        """Take pictures in and others out; one that cannot be used is named on the card.

        Raises ``QuotaExceededError`` for who may have no video: or drafts could fill the disk.
        """
        draft = await self._drafts.draft(draft_id, actor)
        if attached:
            await self._generations.check_quota(actor.user_id, draft.settings, takes=draft.takes)
        kept, damaged = await self._attachments.take_in(attached, draft.settings.model)
        await self.change(
            interaction,
            draft_id,
            actor,
            lambda was: with_pictures(was, kept, out=out),
            *(str(error) for error in damaged),
        )

    def _empty(self, actor: Actor, model: str) -> Draft:
        return empty_storyboard(actor.user_id, model, self._models.form(model))

    async def _answer(
        self,
        interaction: Interaction,
        draft_id: int,
        draft: Draft,
        *,
        notes: tuple[str, ...] = (),
        resumed: bool = False,
    ) -> None:
        card, files = await self._drawn(interaction, draft_id, draft, notes=notes, resumed=resumed)
        await answer(interaction, card, files=files)

    async def _drawn(
        self,
        interaction: Interaction,
        draft_id: int,
        draft: Draft,
        *,
        notes: tuple[str, ...] = (),
        resumed: bool = False,
    ) -> tuple[Card, list[discord.File]]:
        cast, missing = await self._looked_over(interaction, draft)
        strips, files = await self._strips_of(
            [(one.image.sha256, role_name(one)) for one in draft.references]
            + [(one.front.sha256, f"@{one.name}") for one in cast]
        )
        settings = draft.settings
        board = Storyboard(
            draft_id=draft_id,
            draft=draft,
            model_name=self._models.display_name(settings.model),
            form=self.form(draft),
            price_microusd=self._models.price_microusd(settings),
            imprint=imprint(draft, cast),
            missing=missing,
            strips=strips,
            notes=notes,
            resumed=resumed,
        )
        return storyboard_view(board), files

    async def _looked_over(
        self, interaction: Interaction, draft: Draft
    ) -> tuple[tuple[Element, ...], str | None]:
        """The cast that the shots name, and what the storyboard lacks, in words."""
        if not draft.settings.shots:
            return (), "Add a first shot."
        roles = [reference.role for reference in draft.references]
        cast: tuple[Element, ...] = ()
        try:
            cast = await self._cast.resolve(
                named(draft.settings.prompts()),
                viewer_of(interaction),
                origin_request_id=draft.origin.request_id if draft.origin else None,
            )
            self._generations.check(draft.settings, roles, takes=draft.takes, cast=cast)
        except InvalidRequestError as error:
            return cast, str(error)
        return cast, None

    async def _strips_of(
        self, pictures: Sequence[tuple[str, str]]
    ) -> tuple[tuple[Strip, ...], list[discord.File]]:
        """Pictures by their digests, each with its name, a few side by side in each file."""
        strips: list[Strip] = []
        files: list[discord.File] = []
        shown = pictures[: STRIPS_SHOWN * _PICTURES_IN_A_STRIP]
        for at in range(0, len(shown), _PICTURES_IN_A_STRIP):
            digests, names = zip(*shown[at : at + _PICTURES_IN_A_STRIP], strict=True)
            try:
                drawn = await self._strips.strip(digests, HEIGHT_PX)
            except MediaError:
                continue
            strips.append(Strip(f"references{at}.webp", names))
            files.append(discord.File(io.BytesIO(drawn), filename=strips[-1].filename))
        return tuple(strips), files
