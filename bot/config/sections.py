"""The tables of the configuration file and their keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config.images import ImagesSection
from bot.config.models import ModelSection
from bot.config.secrets import Secrets
from bot.config.values import BaseUrl, Hosts, Limit, LowerCase, ModelNames, Section, TimeZone
from bot.models.money import microusd_from_usd
from bot.models.quota import QuotaLimits
from bot.models.quote import Confirm, QuotePolicy
from bot.models.video_model import DEFAULT_MODEL


class DiscordSection(Section):
    """``[discord]``: how the bot behaves towards Discord."""

    starts_per_quarter_hour: Annotated[int, Field(ge=1, le=100_000)] = 10
    """Starts in a quarter of an hour; a crash loop that goes faster waits. Discord resets the token
    of a bot that starts over 1,000 times a day; 10 are 960."""
    moderators_channel: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Channel, by its id, where moderators are told of what people report; 0 is none."""


class OxenSection(Section):
    """``[oxen]``: the service that makes the videos, and how the bot works with it."""

    base_url: BaseUrl = "https://hub.oxen.ai"
    """Address of Oxen, or of the embedded sandbox."""
    namespace: Annotated[str, Field(pattern=r"^[\w.-]*$")] = ""
    """Namespace that results and bills go to; empty is the key's own user."""
    model: Annotated[str, Field(min_length=1)] = DEFAULT_MODEL
    """The video model for those who choose none, by Oxen's name."""
    models: ModelNames = ()
    """Further models that people may choose, by Oxen's names; `["*"]` is every video model of
    Oxen's. Each has its own price."""
    max_in_flight: Annotated[int, Field(ge=1, le=1000)] = 8
    """Generations at Oxen at a time, over all users; further ones wait in a fair order."""
    settle_s: Annotated[int, Field(ge=5, le=86_400)] = 300
    """After a lost reply: seconds that a generation must be absent at Oxen before it is sent
    again."""
    sweep_interval_s: Annotated[int, Field(ge=1, le=3600)] = 60
    """Seconds between two looks through Oxen's list, which find what the event stream lost."""
    keep_alive_timeout_s: Annotated[int, Field(ge=20, le=600)] = 45
    """Silence on the event stream, in seconds, after which the bot connects anew.

    Oxen sends a sign of life every 15 s.
    """
    render_deadline_minutes: Annotated[int, Field(ge=15, le=1440)] = 60
    """Minutes after which a generation that never finished counts as lost."""
    max_result_mib: Annotated[int, Field(ge=1, le=10_240)] = 512
    """Largest video that is fetched, in MiB."""
    download_hosts: Hosts = ()
    """Hosts that results may come from, besides Oxen's own; empty is every public host."""
    reference_delivery: Literal["discord", "data", "repository"] = "discord"
    """How a picture reaches the model: its Discord address while that is fresh (a ``data:`` URI
    afterwards), always a ``data:`` URI, or through a public Oxen repository."""
    reference_fresh_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    """Minutes during which a Discord address counts as fresh; Discord's limit is about a day."""
    repository: Annotated[str, Field(pattern=r"^([\w.-]+/[\w.-]+)?$", validate_default=True)] = ""
    """Oxen repository for ``reference_delivery = "repository"``, as ``namespace/name``."""
    repository_branch: Annotated[str, Field(pattern=r"^[\w./-]+$")] = "main"
    """Branch of that repository."""

    @field_validator("repository")
    @classmethod
    def _named_when_used(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("reference_delivery") == "repository":
            raise ValueError(
                'name one as "namespace/name", or choose another oxen.reference_delivery'
            )
        return value


class QuotaSection(Section):
    """``[quota]``: what each person may use; ``"unlimited"`` lifts a limit."""

    generations_per_day: Limit = 5
    """Videos a day."""
    generations_per_month: Limit = 60
    """Videos a month."""
    seconds_per_day: Limit = 50
    """Seconds of video a day."""
    seconds_per_month: Limit = 500
    """Seconds of video a month."""
    in_flight: Limit = 3
    """Videos under way at a time."""
    time_zone: TimeZone = "UTC"
    """Where days and months begin, by its IANA name."""

    def limits(self) -> QuotaLimits:
        """The limits as the quota service takes them."""
        return QuotaLimits(
            generations_per_day=self.generations_per_day,
            generations_per_month=self.generations_per_month,
            seconds_per_day=self.seconds_per_day,
            seconds_per_month=self.seconds_per_month,
            in_flight=self.in_flight,
        )


class QuoteSection(Section):
    """``[quote]``: when a person is shown the price and asked, before a video is begun."""

    confirm: Literal["always", "above", "never"] = "above"
    """Whether to ask: each time, above an amount (or where the price is not known), or never."""
    above_usd: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] = 4.0
    """For ``"above"``: dollars that all takes of a request together may cost without a question."""

    def policy(self) -> QuotePolicy:
        """The same as the quote service takes it."""
        return QuotePolicy(Confirm(self.confirm), microusd_from_usd(self.above_usd))


class DraftsSection(Section):
    """``[drafts]``: requests in preparation, such as storyboards and refused commands."""

    keep_days: Annotated[int, Field(ge=1, le=365)] = 7
    """Days after which a draft that nobody touched goes away."""


class StorageSection(Section):
    """``[storage]``: where the bot keeps what it must not lose."""

    folder: Annotated[Path, Field(strict=False)] = Path("data")
    """Folder for pictures, videos and the SQLite file; a relative one starts where the bot does."""
    database: Annotated[
        str, Field(pattern=r"^((postgresql|sqlite)(\+\w+)?://.+)?$", repr=False)
    ] = ""
    """Database as an SQLAlchemy URL; empty is SQLite in the folder."""


class LoggingSection(Section):
    """``[logging]``: what is written to standard error."""

    level: Annotated[Literal["debug", "info", "warning", "error"], LowerCase] = "info"
    """The least serious thing that is written."""
    format: Literal["console", "json"] = "console"
    """Lines for people, or one JSON object a line."""


class Config(BaseSettings):
    """All settings and secrets. ``Config(secrets=...)`` is the defaults; sections can be given."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True
    )

    secrets: Secrets
    """From the environment or files named there, never from the configuration file."""
    discord: DiscordSection = Field(default_factory=DiscordSection)
    oxen: OxenSection = Field(default_factory=OxenSection)
    quota: QuotaSection = Field(default_factory=QuotaSection)
    quote: QuoteSection = Field(default_factory=QuoteSection)
    drafts: DraftsSection = Field(default_factory=DraftsSection)
    images: ImagesSection = Field(default_factory=ImagesSection)
    models: dict[str, ModelSection] = Field(default_factory=dict)
    """``[models."name"]``: what the operator knows better of a model than Oxen tells."""
    storage: StorageSection = Field(default_factory=StorageSection)
    logging: LoggingSection = Field(default_factory=LoggingSection)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic-settings names it
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003  likewise
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  likewise
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the caller gives alone: ``OXEN`` in the environment is no section."""
        return (init_settings,)
