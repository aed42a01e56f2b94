"""Rows to domain objects and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot.models.generation import (
    Ancestor,
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    NewRequest,
    Origin,
    OriginKind,
    RequestWithTakes,
    Shot,
    Surface,
    VideoRequest,
    VideoSettings,
)
from bot.models.references import Element, ReferenceImage, ReferenceRole, StoredImage
from bot.models.video import StoredVideo, VideoFacts
from bot.store.ancestors import ancestor
from bot.store.portable import BigInt, storable
from bot.store.schema import (
    generations,
    request_elements,
    request_origins,
    request_references,
    requests,
)


def generation_from(row: Row[Any]) -> Generation:
    """One row of ``generations``."""
    result = None
    if row.result_filename is not None:
        result = StoredVideo(row.result_filename, VideoFacts(**row.result_facts))
    failure = None
    if row.failure_kind is not None:
        failure = Failure(FailureKind(row.failure_kind), row.failure_detail)
    return Generation(
        id=row.id,
        request_id=row.request_id,
        take=row.take,
        user_id=row.user_id,
        state=GenerationState(row.state),
        state_since_ms=row.state_since_ms,
        created_at_ms=row.created_at_ms,
        oxen_id=row.oxen_id,
        attempts=row.attempts,
        attempt_fingerprint=row.attempt_fingerprint,
        attempted_at_ms=row.attempted_at_ms,
        absent_sweeps=row.absent_sweeps,
        accepted_at_ms=row.accepted_at_ms,
        result=result,
        ready_at_ms=row.ready_at_ms,
        nonce=row.nonce,
        posting_at_ms=row.posting_at_ms,
        posted_message_id=row.posted_message_id,
        delivered_at_ms=row.delivered_at_ms,
        cancel_requested_at_ms=row.cancel_requested_at_ms,
        failure=failure,
        surface=Surface(row.surface) if row.surface is not None else None,
        free=row.free,
        first_attempted_at_ms=row.first_attempted_at_ms,
    )


def generations_from(rows: Iterable[Row[Any]]) -> tuple[Generation, ...]:
    """Rows of ``generations``, in their order."""
    return tuple(generation_from(row) for row in rows)


def result_values(result: StoredVideo) -> dict[str, Any]:
    """A result as columns of ``generations``."""
    return {"result_filename": result.filename, "result_facts": asdict(result.facts)}


def failure_values(failure: Failure) -> dict[str, Any]:
    """A failure as columns of ``generations``."""
    return {"failure_kind": failure.kind.value, "failure_detail": storable(failure.detail)}


def request_values(new: NewRequest) -> dict[str, Any]:
    """A new request as columns of ``requests``, all but its time."""
    settings = new.settings
    negative_prompt = settings.negative_prompt
    return {
        "interaction_id": new.interaction_id,
        "user_id": new.user_id,
        "user_name": storable(new.user_name),
        "guild_id": new.guild_id,
        "channel_id": new.channel_id,
        "private": new.private,
        "model": settings.model,
        "duration_s": settings.duration_s,
        "settings": {
            "prompt": storable(settings.prompt),
            "aspect_ratio": settings.aspect_ratio,
            "audio": settings.audio,
            "negative_prompt": None if negative_prompt is None else storable(negative_prompt),
            **_rarer_settings(new),
        },
        "takes": new.takes,
        "price_microusd": new.price_microusd,
        "placeholder_message_id": new.placeholder_message_id,
        "placeholder_settled": False,
    }


def _rarer_settings(new: NewRequest) -> dict[str, Any]:
    """Only what is there, so that ordinary rows stay small."""
    rarer: dict[str, Any] = {}
    if new.settings.shots:
        rarer["shots"] = [[storable(shot.prompt), shot.duration_s] for shot in new.settings.shots]
    if new.settings.extra:
        rarer["extra"] = [
            [name, storable(value) if isinstance(value, str) else value]
            for name, value in new.settings.extra
        ]
    if new.elements:
        rarer["cast"] = len(new.elements)
    return rarer


def element_values(elements: Iterable[Element]) -> list[dict[str, Any]]:
    """The cast of a request as rows of ``request_elements``, all but their request."""
    return [
        {"element": number, "angle": angle, "name": storable(element.name), **asdict(image)}
        for number, element in enumerate(elements, start=1)
        for angle, image in enumerate(element.images)
    ]


def origin_values(new: NewRequest) -> dict[str, Any] | None:
    """Where a request comes from as columns of ``request_origins``; ``None`` for a first one."""
    if new.origin is None and new.draft_id is None:
        return None
    origin = new.origin
    return {
        "draft_id": new.draft_id,
        "kind": origin.kind.value if origin else None,
        "parent_request_id": origin.request_id if origin else None,
        "parent_generation_id": origin.generation_id if origin else None,
    }


def reference_values(reference: ReferenceImage) -> dict[str, Any]:
    """A reference as columns of ``request_references``, all but its request."""
    return {
        **asdict(reference.image),
        "role": reference.role.value,
        "position": reference.position,
        "source_url": None if reference.source_url is None else storable(reference.source_url),
        "source_seen_at_ms": reference.source_seen_at_ms,
    }


# Built once: building a statement takes longer than SQLite takes to answer it.
_request_id = bindparam("request_id", type_=BigInt)
_REQUEST = (
    select(
        requests,
        request_origins.c.kind.label("origin_kind"),
        request_origins.c.parent_request_id,
        request_origins.c.parent_generation_id,
    )
    .outerjoin_from(requests, request_origins, request_origins.c.request_id == requests.c.id)
    .where(requests.c.id == _request_id)
)
_ELEMENTS = (
    select(request_elements)
    .where(request_elements.c.request_id == _request_id)
    .order_by(request_elements.c.element, request_elements.c.angle)
)
_REFERENCES = (
    select(request_references)
    .where(request_references.c.request_id == _request_id)
    .order_by(request_references.c.role, request_references.c.position)
)
_REQUEST_OF = select(generations.c.request_id).where(
    generations.c.id == bindparam("generation_id", type_=BigInt)
)
_TAKES = (
    select(generations).where(generations.c.request_id == _request_id).order_by(generations.c.take)
)


def load_request(connection: Connection, request_id: int) -> RequestWithTakes | None:
    """A request with its references and all its takes."""
    wanted = {"request_id": request_id}
    row = connection.execute(_REQUEST, wanted).one_or_none()
    if row is None:
        return None
    references = connection.execute(_REFERENCES, wanted)
    cast = connection.execute(_ELEMENTS, wanted) if row.settings.get("cast") else ()
    takes = connection.execute(_TAKES, wanted)
    return RequestWithTakes(
        _request_from(
            row,
            tuple(_reference_from(reference) for reference in references),
            _elements_from(cast),
            _ancestor_of(connection, row),
        ),
        generations_from(takes),
    )


def _ancestor_of(connection: Connection, row: Row[Any]) -> Ancestor | None:
    if row.parent_request_id is None:
        return None
    return ancestor(connection, row.parent_request_id, row.parent_generation_id)


def request_of(connection: Connection, generation_id: int) -> RequestWithTakes | None:
    """The request that a generation is a take of, as ``load_request`` gives it."""
    request_id = connection.execute(
        _REQUEST_OF, {"generation_id": generation_id}
    ).scalar_one_or_none()
    return None if request_id is None else load_request(connection, request_id)


def _request_from(
    row: Row[Any],
    references: tuple[ReferenceImage, ...],
    elements: tuple[Element, ...],
    before: Ancestor | None,
) -> VideoRequest:
    origin = None
    if row.origin_kind is not None:
        origin = Origin(
            OriginKind(row.origin_kind), row.parent_request_id, row.parent_generation_id
        )
    return VideoRequest(
        id=row.id,
        interaction_id=row.interaction_id,
        user_id=row.user_id,
        user_name=row.user_name,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        private=row.private,
        settings=settings_from(row),
        references=references,
        takes=row.takes,
        price_microusd=row.price_microusd,
        placeholder_message_id=row.placeholder_message_id,
        created_at_ms=row.created_at_ms,
        elements=elements,
        origin=origin,
        ancestor=before,
    )


def settings_from(row: Row[Any]) -> VideoSettings:
    """What a row of ``requests`` was asked for with."""
    kept = dict(row.settings)
    kept.pop("cast", None)
    shots = tuple(Shot(prompt, duration_s) for prompt, duration_s in kept.pop("shots", ()))
    extra = tuple((name, value) for name, value in kept.pop("extra", ()))
    return VideoSettings(
        model=row.model, duration_s=row.duration_s, shots=shots, extra=extra, **kept
    )


def _elements_from(rows: Iterable[Row[Any]]) -> tuple[Element, ...]:
    views = [(row.element, row.name, _image_from(row)) for row in rows]
    return tuple(
        Element(name, front, tuple(angles))
        for (_, name), pictures in groupby(views, key=lambda view: view[:2])
        for front, *angles in [[image for _, _, image in pictures]]
    )


def _image_from(row: Row[Any]) -> StoredImage:
    return StoredImage(row.sha256, row.media_type, row.width_px, row.height_px, row.size_bytes)


def _reference_from(row: Row[Any]) -> ReferenceImage:
    return ReferenceImage(
        _image_from(row),
        ReferenceRole(row.role),
        row.position,
        row.source_url,
        row.source_seen_at_ms,
    )
