"""The operator's configuration: one TOML file for the settings, the environment for the secrets."""

from bot.config.images import ImageLimits, ImagesSection
from bot.config.loading import load_config
from bot.config.secrets import Secrets, read_secret
from bot.config.sections import (
    Config,
    DiscordSection,
    DraftsSection,
    LoggingSection,
    OxenSection,
    QuotaSection,
    QuoteSection,
    StorageSection,
)

__all__ = [
    "Config",
    "DiscordSection",
    "DraftsSection",
    "ImageLimits",
    "ImagesSection",
    "LoggingSection",
    "OxenSection",
    "QuotaSection",
    "QuoteSection",
    "Secrets",
    "StorageSection",
    "load_config",
    "read_secret",
]
