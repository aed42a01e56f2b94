"""The request that another one came out of, as far as a card names it."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, select

from bot.models.generation import Ancestor, GenerationState, Surface
from bot.store.portable import BigInt
from bot.store.schema import generations, requests

_parent_id = bindparam("parent_id", type_=BigInt)
_take_id = bindparam("take_id", type_=BigInt)

# Built once: building a statement takes longer than SQLite takes to answer it.
_PARENT = select(
    requests.c.user_id,
    requests.c.user_name,
    requests.c.guild_id,
    requests.c.channel_id,
    requests.c.private,
).where(requests.c.id == _parent_id)
_POST = (
    select(generations.c.posted_message_id)
    .where(
        generations.c.request_id == _parent_id,
        generations.c.state == GenerationState.DELIVERED.value,
        generations.c.surface != Surface.DIRECT.value,
        generations.c.posted_message_id > 0,
    )
    .order_by(case((generations.c.id == _take_id, 0), else_=1), generations.c.take)
    .limit(1)
)


def ancestor(connection: Connection, parent_id: int, take_id: int | None) -> Ancestor | None:
    """A request by its id, with the post of this take, or of its first one that has any."""
    wanted = {"parent_id": parent_id, "take_id": take_id or 0}
    row = connection.execute(_PARENT, {"parent_id": parent_id}).one_or_none()
    if row is None:
        return None
    post = connection.execute(_POST, wanted).scalar_one_or_none()
    return Ancestor(
        user_id=row.user_id,
        user_name=row.user_name,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        private=row.private,
        message_id=post,
    )
