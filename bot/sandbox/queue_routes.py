"""The asynchronous queue and the synchronous endpoint over HTTP."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.models.clock import Clock
from bot.models.remote import RemoteStatus
from bot.sandbox import answers
from bot.sandbox.books import AcceptedPost, Books
from bot.sandbox.catalogue import CatalogueModel, find_model
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Faults
from bot.sandbox.gate import ConnectionReset
from bot.sandbox.generations import Generations
from bot.sandbox.options import ResultShape
from bot.sandbox.records import QueuedGeneration
from bot.sandbox.result_routes import ResultRoutes
from bot.sandbox.worker import NO_CREDITS, Worker

MOST_GENERATIONS = 4


class QueueRoutes:
    """``/api/ai/queue`` and ``/api/ai/videos/generate``."""

    def __init__(
        self,
        generations: Generations,
        worker: Worker,
        results: ResultRoutes,
        *,
        faults: Faults,
        books: Books,
        changes: Changes,
        clock: Clock,
        user_name: str,
        first_status: str,
        result_shape: ResultShape,
    ) -> None:
        self._generations = generations
        self._worker = worker
        self._results = results
        self._faults = faults
        self._books = books
        self._changes = changes
        self._clock = clock
        self._user_name = user_name
        self._first_status = first_status
        self._result_shape = result_shape

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_post("/api/ai/queue", self._enqueue, name="enqueue")
        app.router.add_get("/api/ai/queue", self._list, name="list")
        app.router.add_get("/api/ai/queue/{id}", self._get, name="get")
        app.router.add_delete("/api/ai/queue/{id}", self._cancel, name="cancel")
        app.router.add_post("/api/ai/videos/generate", self._generate, name="generate")

    async def _enqueue(self, request: web.Request) -> web.StreamResponse:
        payload = await _body(request)
        model = self._admit(payload)
        if isinstance(model, web.Response):
            return model
        forgotten = self._faults.strike("forget") is not None
        generations = [
            await self._generations.add(
                model, payload, namespace=self._namespace(payload), forgotten=forgotten
            )
            for _ in range(payload.get("num_generations", 1))
        ]
        lost = self._faults.strike("lost-reply")
        self._books.accepted.append(
            AcceptedPost(
                payload=payload,
                generation_ids=tuple(generation.id for generation in generations),
                reply_lost=lost is not None,
                at_ms=self._clock(),
            )
        )
        await self._begin(generations)
        if lost is not None:
            if lost.detail == "500":
                return answers.internal_error()
            raise ConnectionReset
        return web.json_response(
            {
                "generations": [
                    {"generation_id": generation.id, "status": self._first_status}
                    for generation in generations
                ]
            }
        )

    async def _begin(self, generations: list[QueuedGeneration]) -> None:
        for generation in generations:
            if self._faults.strike("event-before-reply"):
                await self._worker.finish(generation.id)
            else:
                self._worker.start(generation)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if fault := self._faults.strike("slow-list"):
            await asyncio.sleep(fault.number(5))
        rows = [self._shown(g) for g in self._generations.listed(request.query)]
        return web.json_response({"count": len(rows), "generations": rows})

    async def _get(self, request: web.Request) -> web.StreamResponse:
        generation = self._generations.known(request.match_info["id"])
        if generation is None:
            return answers.not_found()
        return web.json_response(self._shown(generation))

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        generation = self._generations.known(request.match_info["id"])
        if generation is None:
            return answers.not_found()
        await self._worker.cancel(generation.id)
        return web.json_response({"status": "success", "generation_id": generation.id})

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        payload = await _body(request)
        model = self._admit(payload)
        if isinstance(model, web.Response):
            return model
        generation_id = (
            await self._generations.add(
                model, payload, namespace=self._namespace(payload), synchronous=True
            )
        ).id
        self._worker.start(self._generations[generation_id])
        await self._changes.until(lambda: not self._generations[generation_id].is_active)
        ended = self._generations[generation_id]
        if ended.status is not RemoteStatus.SUCCEEDED:
            return answers.generation_failed(ended.error or ended.status.value)
        if payload.get("response_format") == "b64_json":
            data = await asyncio.to_thread(self._worker.result_path(ended).read_bytes)
            video = {"b64_json": base64.b64encode(data).decode()}
        else:
            video = {"url": self._results.link(ended)}
        created = (ended.completed_at_ms or 0) // 1000
        return web.json_response({"model": ended.model, "created": created, "videos": [video]})

    def _admit(self, payload: Mapping[str, Any]) -> CatalogueModel | web.Response:
        """The checks that Oxen makes at enqueue, in its order; parameters are not among them."""
        model = find_model(payload.get("model"))
        if model is None:
            return answers.model_not_found(payload.get("model"))
        number = payload.get("num_generations", 1)
        if type(number) is not int or not 1 <= number <= MOST_GENERATIONS:
            return answers.invalid_request(
                f"num_generations must be an integer between 1 and {MOST_GENERATIONS}"
            )
        if not model.makes_media:
            return answers.unsupported_media_type()
        if not self._generations.has_credits or self._faults.strike("no-credits"):
            return answers.no_credits(NO_CREDITS)
        return model

    def _namespace(self, payload: Mapping[str, Any]) -> str:
        namespace = payload.get("target_namespace")
        return namespace if isinstance(namespace, str) and namespace else self._user_name

    def _shown(self, generation: QueuedGeneration) -> dict[str, Any]:
        url = None
        if generation.status is RemoteStatus.SUCCEEDED:
            url = self._results.link(generation)
        return generation.as_json(url, self._result_shape)


async def _body(request: web.Request) -> dict[str, Any]:
    body = await request.read()
    try:
        payload = json.loads(body)
    except ValueError:
        payload = None
    if isinstance(payload, dict):
        return payload
    detail = "the body must be a JSON object"
    raise web.HTTPBadRequest(
        text=json.dumps({"error": {"type": "invalid_request", "detail": detail}}),
        content_type="application/json",
    )
