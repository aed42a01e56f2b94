"""Pictures that come back in replies: told by their digest, never held."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.clock import system_clock
from bot.models.remote import RemoteStatus
from bot.oxen import fingerprint
from bot.oxen.client import OxenClient
from bot.oxen.echoes import EchoFilter
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox

MIB = 2**20
LONG = "data:image/png;base64," + "A/b+" * 5_000
DIGEST = "data:sha256:" + hashlib.sha256(LONG.encode()).hexdigest()


def filtered(text: str, cuts: list[int]) -> Any:
    body = text.encode()
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    echoes = EchoFilter()
    pieces = [echoes.feed(body[a:b]) for a, b in itertools.pairwise(edges)]
    return json.loads(b"".join(pieces) + echoes.end())


@given(
    st.lists(st.integers(min_value=0, max_value=10**6), max_size=12), st.sampled_from(["/", "\\/"])
)
def test_however_the_bytes_are_cut_only_long_addresses_are_replaced(
    cuts: list[int], slash: str
) -> None:
    told = {
        "prompt": 'data: "the robot" says \\"data:\\\\ and "da',
        "short": "data:image/png;base64,AAAA",
        "input_image": [LONG, "https://example.com/a.png", LONG],
        "data": "data",
    }
    text = json.dumps(told).replace(LONG, LONG.replace("/", slash))

    assert filtered(text, cuts) == {
        **told,
        "input_image": [DIGEST, "https://example.com/a.png", DIGEST],
    }


def test_a_long_text_with_quotes_in_it_stays_json() -> None:
    text = json.dumps(["data:" + 'x"\\' * 10_000, "after"])
    assert filtered(text, list(range(0, 40_000, 7)))[1] == "after"


def test_a_text_that_is_cut_short_is_passed_on_as_it_is() -> None:
    echoes = EchoFilter()
    assert echoes.feed(b'{"a": "dat') + echoes.end() == b'{"a": "dat'


@pytest.mark.parametrize("first", [0, 1])
async def test_a_generation_with_large_pictures_is_read_listed_and_recognised(first: int) -> None:
    pictures = [
        "data:image/png;base64," + base64.b64encode(bytes([n]) * (9 * MIB)).decode()
        for n in range(4)
    ]
    payload = {
        "model": "kling-video-o3-pro-reference-to-video",
        "prompt": "a calm walk on the moon",
        "input_image": pictures[:3],
    }
    asked = {**payload, "input_image": pictures[first : first + 3]}
    async with (
        Sandbox(SandboxOptions(render_seconds=None)) as oxen,
        OxenTransports() as transports,
    ):
        client = OxenClient(transports, OxenHost(oxen.base_url, "any-key"), clock=system_clock)
        begun = await client.enqueue(payload)
        alone = await client.get(begun.oxen_id)
        (listed,) = (await client.list(RemoteStatus.QUEUED)).generations

    assert alone.status is RemoteStatus.QUEUED
    assert fingerprint.matches(fingerprint.fingerprint(asked), listed) is (first == 0)
