"""The work behind ``generate`` when things go wrong on the way, against the sandbox."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.cli.display import PlainDisplay
from bot.cli.failing import CommandError
from bot.cli.generate import saving
from bot.cli.generate.attempt import CalledOff
from bot.cli.generate.order import Mode, Pictures, prepare
from bot.cli.generate.session import GenerateSession, Patience
from bot.errors import OxenNoCreditsError
from bot.models.clock import system_clock
from bot.models.generation import VideoSettings
from bot.models.remote import RemoteStatus
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen.client import OxenClient
from bot.oxen.events import EventStream, ReconnectPolicy
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from tests.cli.conftest import KEY, StartSandbox, names_in

SETTINGS = VideoSettings(DEFAULT_MODEL, "a calm walk on the moon", "9:16", 3)
Session = Callable[..., Awaitable[GenerateSession]]


@pytest.fixture
def notes() -> io.StringIO:
    """What the display said."""
    return io.StringIO()


@pytest.fixture
async def session_for(
    notes: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Session]:
    monkeypatch.setattr(saving, "_WAIT_S", 0)
    async with AsyncExitStack() as stack:
        transports = await stack.enter_async_context(OxenTransports())

        async def make(
            sandbox: Sandbox, mode: Mode, *, poll_s: float = 0.05, out: str = "out.mp4"
        ) -> GenerateSession:
            host = OxenHost(sandbox.base_url, KEY)
            order = await prepare(
                SETTINGS,
                Pictures(),
                out=tmp_path / out,
                force=False,
                mode=mode,
                namespace=None,
            )
            return GenerateSession(
                order,
                OxenClient(transports, host, clock=system_clock),
                EventStream(
                    transports, host, clock=system_clock, reconnect=ReconnectPolicy(initial_s=0.05)
                ),
                display=PlainDisplay(notes),
                patience=Patience(poll_s=poll_s, stream_s=1, look_for_s=0.5),
            )

        yield make


@pytest.mark.parametrize("answer", ["", "500"])
async def test_a_lost_answer_is_looked_for_and_nothing_is_sent_twice(
    start_sandbox: StartSandbox, session_for: Session, notes: io.StringIO, answer: str
) -> None:
    sandbox = await start_sandbox(faults=(Fault("lost-reply", detail=answer),))

    finished = await (await session_for(sandbox, Mode.EVENTS)).make()

    assert len(sandbox.books.seen("enqueue")) == 1
    assert finished.oxen_id == sandbox.generations[0].id
    assert "Oxen may or may not have it" in notes.getvalue()
    assert f"Found: Oxen has it as {finished.oxen_id}." in notes.getvalue()


async def test_an_attempt_that_never_shows_is_reported_and_not_sent_again(
    start_sandbox: StartSandbox, session_for: Session
) -> None:
    sandbox = await start_sandbox(faults=(Fault("error-500", route="enqueue"),))

    with pytest.raises(
        CommandError, match=r"did not show it for 0\.5 s\. Look at your generations"
    ):
        await (await session_for(sandbox, Mode.POLL)).make()

    assert len(sandbox.books.seen("enqueue")) == 1


async def test_an_older_generation_with_the_same_prompt_is_not_taken_for_this_one(
    start_sandbox: StartSandbox, session_for: Session
) -> None:
    behind_ms = [3_600_000]
    sandbox = await start_sandbox(
        clock=lambda: system_clock() - behind_ms[0], link_lifetime_seconds=10**6
    )
    await (await session_for(sandbox, Mode.POLL)).make()
    behind_ms[0] = 0
    sandbox.faults.arm("error-500", route="enqueue")

    with pytest.raises(CommandError, match="did not show it"):
        await (await session_for(sandbox, Mode.POLL, out="another.mp4")).make()


@pytest.mark.parametrize(
    "kind",
    ["lost-event", "duplicate-event", "drop-stream", "garbage-events", "event-before-reply"],
)
async def test_no_fault_of_the_stream_loses_the_video(
    start_sandbox: StartSandbox, session_for: Session, kind: str
) -> None:
    sandbox = await start_sandbox(faults=(Fault(kind, times=1),), render_seconds=0.2)

    finished = await (await session_for(sandbox, Mode.EVENTS)).make()

    assert finished.facts.duration_ms == 3000


async def test_an_event_wakes_long_before_the_next_question(
    start_sandbox: StartSandbox, session_for: Session
) -> None:
    sandbox = await start_sandbox(render_seconds=None)
    session = await session_for(sandbox, Mode.EVENTS, poll_s=600)
    making = asyncio.create_task(session.make())
    await sandbox.changes.until(lambda: bool(sandbox.books.seen("get")))

    await sandbox.finish(sandbox.generations[0].id)

    assert (await making).facts.has_audio


async def test_a_stream_that_does_not_open_leaves_polling(
    start_sandbox: StartSandbox, session_for: Session, notes: io.StringIO
) -> None:
    sandbox = await start_sandbox(faults=(Fault("error-500", route="events"),))

    finished = await (await session_for(sandbox, Mode.EVENTS)).make()

    assert finished.out.exists()
    assert "Oxen's event stream does not open; watching by polling." in notes.getvalue()


@pytest.mark.parametrize("kind", ["broken-download", "corrupt-result", "expired-link"])
@pytest.mark.parametrize("mode", [Mode.POLL, Mode.SYNC])
async def test_a_bad_download_is_tried_again(
    start_sandbox: StartSandbox, session_for: Session, mode: Mode, kind: str
) -> None:
    sandbox = await start_sandbox(faults=(Fault(kind, times=2),))

    finished = await (await session_for(sandbox, mode)).make()

    assert finished.facts.duration_ms == 3000


async def test_a_result_that_stays_broken_leaves_no_file(
    start_sandbox: StartSandbox, session_for: Session, tmp_path: Path
) -> None:
    sandbox = await start_sandbox(faults=(Fault("corrupt-result"),))

    with pytest.raises(CommandError, match=r"not a playable video.*tried 4 times"):
        await (await session_for(sandbox, Mode.POLL)).make()

    assert names_in(tmp_path) == []


async def test_throttling_is_waited_out(
    start_sandbox: StartSandbox, session_for: Session, notes: io.StringIO
) -> None:
    fault = Fault("429", times=2, route="enqueue", detail="0.01")
    sandbox = await start_sandbox(faults=(fault,))

    await (await session_for(sandbox, Mode.POLL)).make()

    assert len(sandbox.generations) == 1
    assert "nothing was sent yet" in notes.getvalue()


async def test_a_generation_that_oxen_forgets_is_an_end(
    start_sandbox: StartSandbox, session_for: Session
) -> None:
    sandbox = await start_sandbox(faults=(Fault("forget"),), render_seconds=None)

    with pytest.raises(CommandError, match=r"does not know generation .* any more"):
        await (await session_for(sandbox, Mode.POLL)).make()


async def test_a_clear_no_is_passed_on(start_sandbox: StartSandbox, session_for: Session) -> None:
    sandbox = await start_sandbox(credits_microusd=0)
    session = await session_for(sandbox, Mode.POLL)

    with pytest.raises(OxenNoCreditsError):
        await session.make()

    assert await session.call_off() is CalledOff.NOT_SENT


async def test_calling_off_during_the_post_waits_for_its_answer(
    start_sandbox: StartSandbox, session_for: Session
) -> None:
    sandbox = await start_sandbox(render_seconds=None)
    session = await session_for(sandbox, Mode.POLL)
    making = asyncio.create_task(session.make())
    await sandbox.changes.until(lambda: bool(sandbox.generations))

    assert session.oxen_id is None
    making.cancel()
    await asyncio.wait({making})

    assert await session.call_off() is CalledOff.CANCELLED
    assert sandbox.books.seen("list") == []
    assert sandbox.generations[0].status is RemoteStatus.CANCELLED


async def test_a_lost_answer_in_sync_mode_says_what_is_known(
    start_sandbox: StartSandbox, session_for: Session
) -> None:
    sandbox = await start_sandbox(faults=(Fault("error-500", route="generate"),))

    with pytest.raises(CommandError, match="may have been made and charged"):
        await (await session_for(sandbox, Mode.SYNC)).make()

    assert len(sandbox.books.seen("generate")) == 1


async def test_a_file_that_came_into_being_meanwhile_is_left_alone(
    start_sandbox: StartSandbox, session_for: Session, tmp_path: Path
) -> None:
    sandbox = await start_sandbox()
    session = await session_for(sandbox, Mode.POLL)
    (tmp_path / "out.mp4").write_text("somebody else's")

    finished = await session.make()

    assert finished.out.name == "out-2.mp4"
    assert (tmp_path / "out.mp4").read_text() == "somebody else's"
    assert names_in(tmp_path) == ["out-2.mp4", "out.mp4"]
