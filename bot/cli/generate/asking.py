"""What is asked of Oxen before anything is sent: what a model takes, and what it costs."""

from __future__ import annotations

from bot.cli.display import Display
from bot.cli.failing import CommandError, InterruptedByUserError, explain
from bot.cli.generate.order import Order
from bot.cli.interrupting import interruptions, unless_interrupted
from bot.errors import (
    OxenAuthenticationError,
    OxenError,
    OxenNotFoundError,
    OxenUnreachableError,
)
from bot.generations.pricing import price_microusd
from bot.models.clock import system_clock
from bot.models.kling import form_without_schema
from bot.models.model_form import ModelForm
from bot.models.money import format_usd
from bot.oxen.client import OxenClient
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports


async def form_of(model: str, host: OxenHost) -> ModelForm:
    """What a model takes, by its schema; raises ``CommandError`` where Oxen does not tell it."""
    async with OxenTransports() as transports, interruptions() as interrupted:
        oxen = OxenClient(transports, host, clock=system_clock)
        try:
            told = await unless_interrupted(oxen.model(model), interrupted)
        except OxenError as error:
            raise CommandError(explain(error, host.base_url, model=model)) from error
        except InterruptedByUserError:
            raise InterruptedByUserError("Interrupted. Nothing was sent.") from None
    return told.form or form_without_schema(model)


async def look_up(oxen: OxenClient, order: Order, display: Display) -> int | None:
    """Say what will be made and what it costs; the price in micro-dollars where Oxen tells it.

    Raises ``OxenError`` where it is clear already that nothing will come of it.
    """
    display.state("Asking for the model")
    settings = order.settings
    name, price = settings.model, None
    try:
        model = await oxen.model(settings.model)
    except (OxenAuthenticationError, OxenNotFoundError, OxenUnreachableError):
        raise
    except OxenError:
        display.note("Oxen does not tell the model's price for now.")
    else:
        name = model.display_name
        price = price_microusd(settings, order.form, model.pricing)
    parts = [name, f"{settings.duration_s} s", settings.aspect_ratio]
    if settings.audio:
        parts.append("sound")
    if price is not None:
        parts.append(format_usd(price))
    display.note(" · ".join(part for part in parts if part))
    return price
