"""One object for how Oxen is asked, so that the services need no names of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.models.addresses import PictureAddresses
from bot.models.api_call import ApiCall
from bot.models.generation import VideoSettings
from bot.models.model_form import ModelForm
from bot.models.remote import RemoteGeneration
from bot.oxen import fingerprint, parameters, snippets


@dataclass(frozen=True, slots=True)
class OxenWire:
    """Keeps the services' ``WireFormat`` for one Oxen."""

    base_url: str
    namespace: str | None = None
    """Where results and billing go; ``None`` for the key's own user."""

    def payload(
        self, settings: VideoSettings, form: ModelForm, pictures: PictureAddresses
    ) -> dict[str, Any]:
        """The body of the POST."""
        return parameters.payload(settings, form, pictures, namespace=self.namespace)

    def fingerprint(self, payload: Mapping[str, Any]) -> str:
        """What an orphan is recognised by: no addresses, only their digests."""
        return fingerprint.fingerprint(payload)

    def matches(self, fingerprint_: str, remote: RemoteGeneration, /) -> bool:
        """Whether a generation at Oxen could be the one that was sent with this fingerprint."""
        return fingerprint.matches(fingerprint_, remote)

    def api_call(self, payload: Mapping[str, Any]) -> ApiCall:
        """The same request as programs that anyone with a key can run."""
        return ApiCall(
            curl=snippets.curl(payload, self.base_url),
            python=snippets.python(payload, self.base_url),
        )
