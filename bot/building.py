"""Builds what the cogs call, on the engine and the adapters that the application has opened."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import discord

from bot.casts.reports import CastReports
from bot.casts.resolving import CastResolver
from bot.casts.service import CastService
from bot.client import Services
from bot.config import Config, ImageLimits
from bot.generations.assembling import (
    Adapters,
    assembled_service,
)
from bot.generations.choosing import ChoosingService
from bot.generations.drafting import DraftService
from bot.generations.engine import Engine
from bot.generations.forecast import Forecast
from bot.generations.history import HistoryService
from bot.generations.housekeeping import Housekeeper
from bot.generations.lineage import LineageService
from bot.generations.oversight import Oversight
from bot.generations.previewing import PreviewService
from bot.generations.quoting import QuoteService
from bot.generations.reels import ReelService
from bot.generations.scenes import SceneService
from bot.generations.shelf import VideoShelf
from bot.generations.showing_again import ShowingAgain
from bot.media.animatic_studio import AnimaticStudio
from bot.media.picture_desk import PictureDesk
from bot.media.picture_library import PictureLibrary
from bot.media.pictures import MIB, PictureRules
from bot.media.video_library import VideoLibrary
from bot.models.clock import Clock
from bot.posting.cast_pictures import CastPictures
from bot.posting.cast_showing import CastShowing
from bot.posting.casting import Casting
from bot.posting.draft_cards import DraftCards
from bot.posting.form_desk import FormDesk
from bot.posting.intake import Intake
from bot.posting.looking_back import LookingBack
from bot.posting.moderators import ModeratorsChannel
from bot.posting.placeholders import DiscordPlaceholders
from bot.posting.reserving import Reservations
from bot.posting.result_places import StandingPosts
from bot.posting.storyboard_desk import StoryboardDesk
from bot.posting.taking_in import Attachments
from bot.presets.service import PresetService
from bot.quotas.service import QuotaService
from bot.store.casts import SqlCast
from bot.store.choosing import SqlChoices
from bot.store.database import Database
from bot.store.drafts import DAY_MS, SqlDrafts
from bot.store.history import SqlHistory
from bot.store.lineage import SqlLineage


@dataclass(frozen=True, slots=True)
class Shared:
    """What several services stand on, and the application opens and closes."""

    config: Config
    clock: Clock
    database: Database
    pictures: PictureLibrary
    videos: VideoLibrary
    studio: AnimaticStudio
    housekeeper: Housekeeper
    casts: SqlCast
    presets: PresetService
    first_forecast_ms: int


def built_services(
    shared: Shared,
    outside: Adapters,
    engine: Engine,
    placeholders: DiscordPlaceholders,
    client: discord.Client,
) -> Services:
    """Build what the cogs call; a new service is a field of ``Services`` and its line here."""
    config, clock, database = shared.config, shared.clock, shared.database
    store, pictures, videos = outside.store, shared.pictures, shared.videos
    zone = ZoneInfo(config.quota.time_zone)
    quotas = QuotaService(store, config.quota.limits(), zone, clock)
    generations = assembled_service(outside, engine, quotas=quotas)
    drafts = DraftService(
        SqlDrafts(database, kept_ms=config.drafts.keep_days * DAY_MS), clock=clock
    )
    history = HistoryService(SqlHistory(database), videos, zone=zone)
    images = config.images
    desk = PictureDesk(pictures, lambda model: _picture_rules(images.limits_for(model)))
    attachments = Attachments(desk, clock=clock)
    quotes = QuoteService(
        outside.models,
        quotas,
        Forecast(store, unmeasured_ms=shared.first_forecast_ms),
        policy=config.quote.policy(),
    )
    casts = shared.casts
    cast = CastService(casts, shared.housekeeper, clock=clock)
    shelf = VideoShelf(
        generations,
        videos,
        outside.queue,
        max_result_bytes=config.oxen.max_result_mib * MIB,
    )
    drawn = CastPictures(pictures)
    resolver = CastResolver(casts)
    scenes = SceneService(shelf, videos, desk, form=outside.models.form)
    storyboards = StoryboardDesk(
        drafts,
        generations,
        outside.models,
        attachments,
        strips=pictures,
        cast=resolver,
    )
    intake = Intake(
        generations,
        drafts,
        quotes,
        reservations=Reservations(generations, placeholders),
        attachments=attachments,
        cast=resolver,
        cards=DraftCards(
            quotes,
            PreviewService(shared.studio),
            pictures,
            display_name=outside.models.display_name,
        ),
        storyboards=storyboards,
    )
    return Services(
        generations=generations,
        history=history,
        looking_back=LookingBack(history, generations),
        presets=shared.presets,
        choosing=ChoosingService(
            SqlChoices(database), generations, changed=engine.changed, clock=clock
        ),
        quotas=quotas,
        drafts=drafts,
        intake=intake,
        forms=FormDesk(intake, scenes, outside.models),
        cast=cast,
        casting=Casting(cast, attachments, drawn, model=config.oxen.model),
        cast_showing=CastShowing(
            cast,
            CastReports(casts, cast, shared.housekeeper, clock=clock),
            drawn,
            ModeratorsChannel(client, config.discord.moderators_channel),
        ),
        oversight=Oversight(store, look=engine.look, clock=clock),
        shelf=shelf,
        lineage=LineageService(SqlLineage(database), history),
        reels=ReelService(generations, shelf, videos.reels),
        scenes=scenes,
        showing_again=ShowingAgain(StandingPosts(client)),
        strips=pictures,
        storyboards=storyboards,
        models=outside.models,
        model=config.oxen.model,
    )


def _picture_rules(limits: ImageLimits) -> PictureRules:
    return PictureRules(
        max_bytes=limits.max_mib * MIB,
        min_side_px=limits.min_side_px,
        min_ratio=limits.min_ratio,
        max_ratio=limits.max_ratio,
        max_pixels=limits.max_megapixels * 1_000_000,
    )
