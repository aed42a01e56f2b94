"""The list of models over HTTP."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox import answers
from bot.sandbox.catalogue import MODELS, find_model, search_models


class ModelRoutes:
    """``/api/ai/models``."""

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/api/ai/models", self._list, name="models")
        app.router.add_get("/api/ai/models/search", self._search, name="models-search")
        app.router.add_get("/api/ai/models/{id}", self._one, name="models-one")

    async def _list(self, _: web.Request) -> web.StreamResponse:
        return web.json_response({"models": [model.as_json() for model in MODELS]})

    async def _search(self, request: web.Request) -> web.StreamResponse:
        found = search_models(request.query.get("search", ""))
        return web.json_response({"models": [model.as_json() for model in found]})

    async def _one(self, request: web.Request) -> web.StreamResponse:
        model = find_model(request.match_info["id"])
        if model is None:
            return answers.model_not_found(request.match_info["id"])
        return web.json_response(model.as_json())
