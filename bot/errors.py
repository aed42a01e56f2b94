"""Every exception that crosses a layer, as one small tree; standard library only."""

from __future__ import annotations

from collections.abc import Sequence


class ClapperboardError(Exception):
    """The root: whatever the program itself raises on purpose."""


# --- what a user may read -----------------------------------------------------------------


class UserError(ClapperboardError):
    """Something a person did cannot be done. ``str(error)`` is shown to them as it is.

    The text says what happened and what would be right; it never quotes untrusted text unescaped.
    """


class InvalidRequestError(UserError):
    """A request breaks a rule of the model; checked before anything is spent."""


class BeyondFormError(InvalidRequestError):
    """Pictures, takes or a poll break a rule: only a new command changes those."""


class InvalidImageError(UserError):
    """An attached picture cannot be used: wrong kind, too large, too small, damaged."""


class QuotaExceededError(UserError):
    """A limit is reached; the text says which, and when it frees up."""


class NotAllowedError(UserError):
    """The person may not do this; the text says who may."""


class NotFoundError(UserError):
    """What the person refers to is not there (any more)."""


class UnavailableError(UserError):
    """The bot itself cannot do it at the moment (Oxen away, direct messages closed, ...)."""


# --- Oxen ---------------------------------------------------------------------------------


class OxenError(ClapperboardError):
    """Oxen did not do what was asked. ``detail`` holds its own words, untrusted."""

    def __init__(self, detail: str = "", *, status_code: int | None = None) -> None:
        super().__init__(detail or (f"HTTP {status_code}" if status_code else type(self).__name__))
        self.detail = detail
        self.status_code = status_code


class OxenRejectedError(OxenError):
    """A clear no (4xx, or an error body with a 2xx): nothing was begun, and never will be."""


class OxenAuthenticationError(OxenRejectedError):
    """401: the API key is missing or wrong."""


class OxenNoCreditsError(OxenRejectedError):
    """The account has no credits left."""


class OxenNotFoundError(OxenRejectedError):
    """404: no such generation or model."""


class OxenThrottledError(OxenError):
    """429: nothing was begun; try again after ``retry_after_s`` (``None`` if Oxen did not say)."""

    def __init__(self, detail: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(detail, status_code=429)
        self.retry_after_s = retry_after_s


class OxenUnreachableError(OxenError):
    """The request provably never left: no connection could be made."""


class OxenAmbiguousError(OxenError):
    """The request may or may not have been carried out: the reply was lost, or it was a 5xx."""


class OxenProtocolError(OxenError):
    """The reply does not read as the contract says."""


class DownloadError(OxenError):
    """A result could not be fetched whole; a fresh link may help."""


class DownloadTooLargeError(DownloadError):
    """A result is larger than the configured limit."""


class UnsafeAddressError(DownloadError):
    """A result's address (or a redirect of it) leads where the bot does not follow."""


# --- files and pictures ---------------------------------------------------------------------


class MediaError(ClapperboardError):
    """A file could not be read, probed or made."""


class DiskError(MediaError):
    """The disk took no more: full, read-only, or broken. Trying later may help."""


class NotAVideoError(MediaError):
    """The file is not a playable video."""


class CannotFitError(MediaError):
    """No acceptable encoding of the video is small enough."""


# --- database -------------------------------------------------------------------------------


class StoreError(ClapperboardError):
    """The database could not do what was asked."""


class DatabaseTooNewError(StoreError):
    """The database was written by a newer version of the program."""


class DatabaseGoneError(StoreError):
    """The database's file is not the one any more that the program opened."""


class DatabaseInUseError(StoreError):
    """Another process has the database, on this machine or elsewhere."""


class StaleStateError(StoreError):
    """A state change found another state than expected: somebody else was first."""


class NameTakenError(StoreError):
    """A name must be unique in its place, and another has it."""


# --- Discord --------------------------------------------------------------------------------


class PostError(ClapperboardError):
    """A message could not be posted or edited."""


class PostAmbiguousError(PostError):
    """The message may or may not be in the channel: the reply was lost."""


class PostImpossibleError(PostError):
    """It will never work: channel gone, no permission, direct messages closed."""


class PostPlaceGoneError(PostImpossibleError):
    """The channel, or the message to edit, is not there any more: nothing is visible there."""


class PostDeletedError(PostError):
    """The message had been posted, and somebody has deleted it since."""


class PostTooLargeError(PostError):
    """The file is over the channel's limit (413 or code 40005)."""


# --- start-up -------------------------------------------------------------------------------


class ConfigurationError(ClapperboardError):
    """The configuration is wrong; every problem at once, each with its key and the remedy."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StartError(ClapperboardError):
    """The program cannot start; the text says what to do about it."""
