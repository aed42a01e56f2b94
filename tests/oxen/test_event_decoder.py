from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from bot.models.remote import GenerationFinished, RemoteStatus
from bot.oxen.event_decoder import EventDecoder

DONE = GenerationFinished("g-1", RemoteStatus.SUCCEEDED, "https://x/y")
FAILED = GenerationFinished("g-2", RemoteStatus.FAILED)
DONE_BYTES = (
    b"event: media_generation_completed\n"
    b'data: {"generation_id":"g-1","status":"succeeded","url":"https://x/y"}\n\n'
)
FAILED_BYTES = (
    b"event: media_generation_completed\r\n"
    b'data: {"generation_id":"g-2",\r\n'
    b'data: "status":"failed","error":"Insufficient credits"}\r\n\r\n'
)


def decode(*chunks: bytes, **limits: int) -> list[GenerationFinished]:
    decoder = EventDecoder(**limits)
    return [event for chunk in chunks for event in decoder.feed(chunk)]


PIECES = st.sampled_from(
    [
        DONE_BYTES,
        FAILED_BYTES,
        DONE_BYTES.replace(b"\n", b"\r"),
        b": keep-alive\n\n",
        b"id: 7\n\n",
        b"\xef\xbb\xbf",
        b"\n",
        b"\r",
        b"\r\n",
        b"event: deployment\ndata: {}\n\n",
        b"data: " + b"x" * 300 + b"\n",
        b"\xff\xfe garbage",
        'data: {"ü": "\U0001f3ac"}\n'.encode(),
    ]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=20))).map(b"".join), st.data())
def test_any_chunking_of_the_same_bytes_gives_the_same_events(
    stream: bytes, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=30)))
    edges = [0, *cuts, len(stream)]
    chunks = [stream[a:b] for a, b in pairwise(edges)]
    limits = {"max_line_bytes": 200, "max_event_bytes": 400}

    whole = decode(stream, **limits)

    assert decode(*chunks, **limits) == whole
    assert decode(*(bytes([byte]) for byte in stream), **limits) == whole


@given(st.lists(st.sampled_from([DONE_BYTES, FAILED_BYTES])))
@example([])
def test_every_complete_event_is_given_in_order(sent: list[bytes]) -> None:
    expected = [DONE if piece == DONE_BYTES else FAILED for piece in sent]

    assert decode(b"".join(sent)) == expected


def test_keep_alives_after_an_id_are_not_events() -> None:
    assert decode(b"id: 7\n" + DONE_BYTES, b": keep-alive\n\n" * 3) == [DONE]


def test_half_an_event_is_never_an_event() -> None:
    assert decode(DONE_BYTES[:-1]) == []
    assert decode(DONE_BYTES[: len(DONE_BYTES) // 2]) == []


def test_phantoms_are_ignored() -> None:
    def named(data: bytes, name: bytes = b"media_generation_completed") -> bytes:
        return b"event: " + name + b"\ndata: " + data + b"\n\n"

    good = b'{"generation_id":"g-1","status":"succeeded"}'
    phantoms = [
        named(good, b"deployment_finished"),
        b"data: " + good + b"\n\n",
        named(b"{"),
        named(b"[" * 100_000),
        named(b"null"),
        named(b"[]"),
        named(b"1" * 5000),
        named(b'{"status":"succeeded"}'),
        named(b'{"generation_id":null,"status":"succeeded"}'),
        named(b'{"generation_id":7,"status":"succeeded"}'),
        named(b'{"generation_id":"a\\nb","status":"succeeded"}'),
        named(b'{"generation_id":"g-1"}'),
        named(b'{"generation_id":"g-1","status":"processing"}'),
        named(b'{"generation_id":"g-1","status":["succeeded"]}'),
        b"event: media_generation_completed\n\n",
        b"no colon at all\n\n",
        b"\xff\xff\xff\n\n",
    ]

    assert decode(*phantoms, DONE_BYTES) == [DONE]


def test_a_line_over_the_limit_costs_its_own_event_only() -> None:
    too_long = b"note: " + b"x" * 1000 + b"\n"

    assert decode(too_long + DONE_BYTES + DONE_BYTES, max_line_bytes=200) == [DONE]


def test_an_event_over_the_limit_is_dropped_though_its_lines_are_short() -> None:
    many = b"note: x\n" * 100

    assert decode(many + DONE_BYTES + DONE_BYTES, max_event_bytes=400) == [DONE]


def test_a_line_without_an_end_does_not_grow_in_memory() -> None:
    decoder = EventDecoder(max_line_bytes=1000)

    for _ in range(1000):
        decoder.feed(b"x" * 1000)

    assert len(decoder._line) == 1000


def test_a_byte_order_mark_is_allowed_in_front() -> None:
    assert decode(b"\xef\xbb", b"\xbf" + DONE_BYTES) == [DONE]
