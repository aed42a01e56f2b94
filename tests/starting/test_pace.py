"""A crash loop never identifies so often that Discord resets the token."""

from bot.starting.pace import StartPace

DAY_MS = 24 * 3_600_000


class Memory:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.kept.get(key)

    async def put(self, key: str, value: str) -> None:
        self.kept[key] = value


class Time:
    def __init__(self) -> None:
        self.now_ms = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now_ms

    async def sleep(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)


def pace(memory: Memory, time: Time) -> StartPace:
    return StartPace(memory, starts_per_quarter_hour=10, clock=time, sleep=time.sleep)


async def test_a_few_starts_in_a_row_do_not_wait() -> None:
    memory, time = Memory(), Time()
    began_ms = time.now_ms

    for _ in range(10):
        await pace(memory, time).wait_for_turn()

    assert time.now_ms == began_ms


async def test_a_loop_that_goes_on_all_day_stays_under_a_thousand_starts() -> None:
    memory, time = Memory(), Time()
    began_ms, starts = time.now_ms, 0

    while time.now_ms < began_ms + DAY_MS:
        await pace(memory, time).wait_for_turn()
        starts += 1
        time.now_ms += 1_000

    assert 900 < starts < 1_000


async def test_a_clock_that_was_set_back_does_not_lock_the_bot_out() -> None:
    memory, time = Memory(), Time()
    for _ in range(10):
        await pace(memory, time).wait_for_turn()
    time.now_ms -= 30 * DAY_MS
    back_ms = time.now_ms

    await pace(memory, time).wait_for_turn()

    assert time.now_ms == back_ms


async def test_a_damaged_record_does_not_stop_the_bot() -> None:
    memory, time = Memory(), Time()
    memory.kept["discord.starts"] = "{"

    await pace(memory, time).wait_for_turn()

    assert "discord.starts" in memory.kept
