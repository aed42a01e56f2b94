"""The outside world as the generation services see it: small protocols, kept by the adapters."""

from bot.generations.ports.media import VideoLibrary
from bot.generations.ports.oxen import (
    ModelMemory,
    OxenEvents,
    OxenModels,
    OxenQueue,
    ReferenceAddresses,
    WireFormat,
)
from bot.generations.ports.posting import FinishedVideo, Placeholders, Progress, ResultPosts
from bot.generations.ports.store import GenerationStore

__all__ = [
    "FinishedVideo",
    "GenerationStore",
    "ModelMemory",
    "OxenEvents",
    "OxenModels",
    "OxenQueue",
    "Placeholders",
    "Progress",
    "ReferenceAddresses",
    "ResultPosts",
    "VideoLibrary",
    "WireFormat",
]
