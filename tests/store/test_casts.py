from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import NameTakenError, StaleStateError
from bot.models.cast import (
    PRIVATE,
    CastDetails,
    CastKind,
    CastScope,
    NewReport,
    Proposal,
    Sharing,
    Viewer,
)
from bot.models.references import StoredImage
from bot.store.casts import SqlCast
from bot.store.database import Database

ALICE, BEN, MIA = 7, 8, 9
GUILD, OTHER_GUILD, ROLE = 100, 200, 300
DAY_MS = 24 * 3_600_000
HERE = Sharing(CastScope.SERVER, GUILD)
TEAM = Sharing(CastScope.TEAM, GUILD, ROLE)


def image(letter: str) -> StoredImage:
    return StoredImage(letter * 64, "image/png", width_px=640, height_px=480, size_bytes=9_000)


def luna(sharing: Sharing = PRIVATE, *, name: str = "luna", pictures: str = "ab") -> CastDetails:
    front, *angles = (image(letter) for letter in pictures)
    return CastDetails(name, CastKind.CHARACTER, sharing, front, tuple(angles))


@pytest.fixture
def cast(database: Database) -> SqlCast:
    return SqlCast(database)


async def test_a_member_comes_back_as_it_was_added(cast: SqlCast) -> None:
    details = luna(TEAM, name="Lúna_2", pictures="abcd")

    added = await cast.add(ALICE, details, now_ms=5)

    assert added.details == details
    assert (added.owner_id, added.created_at_ms, added.changed_at_ms) == (ALICE, 5, 5)
    assert await cast.member(added.id) == added
    assert await cast.member(added.id + 1) is None


async def test_a_name_is_unique_in_its_place_and_nowhere_else(cast: SqlCast) -> None:
    first = await cast.add(ALICE, luna(), now_ms=1)
    for owner_id, sharing in ((BEN, PRIVATE), (ALICE, HERE), (ALICE, TEAM)):
        await cast.add(owner_id, luna(sharing), now_ms=1)
    rex = await cast.add(ALICE, luna(name="rex"), now_ms=1)

    with pytest.raises(NameTakenError):
        await cast.add(ALICE, luna(name="LUNA"), now_ms=2)
    with pytest.raises(NameTakenError):
        await cast.add(BEN, luna(HERE), now_ms=2)
    with pytest.raises(NameTakenError):
        await cast.change(rex.id, luna(name="Luna", pictures="c"), now_ms=2)

    assert await cast.member(rex.id) == rex
    assert await cast.member(first.id) == first


async def test_around_somebody_are_their_own_and_those_of_the_server(cast: SqlCast) -> None:
    mine = await cast.add(ALICE, luna(), now_ms=1)
    theirs = await cast.add(BEN, luna(), now_ms=1)
    here = await cast.add(BEN, luna(HERE), now_ms=1)
    elsewhere = await cast.add(BEN, luna(Sharing(CastScope.SERVER, OTHER_GUILD)), now_ms=1)

    assert await cast.around(Viewer(ALICE, GUILD)) == (mine, here)
    assert await cast.around(Viewer(ALICE)) == (mine,)
    assert await cast.around(Viewer(BEN)) == (theirs, here, elsewhere)


async def test_changing_replaces_pictures_and_keeps_the_owner(cast: SqlCast) -> None:
    before = await cast.add(ALICE, luna(pictures="abcd"), now_ms=1)

    after = await cast.change(before.id, luna(HERE, name="moon", pictures="e"), now_ms=9)

    assert after.details == luna(HERE, name="moon", pictures="e")
    assert (after.owner_id, after.created_at_ms, after.changed_at_ms) == (ALICE, 1, 9)
    assert await cast.remove(before.id)
    assert not await cast.remove(before.id)
    assert await cast.around(Viewer(ALICE, GUILD)) == ()
    with pytest.raises(StaleStateError):
        await cast.change(before.id, luna(), now_ms=10)


async def test_a_proposal_becomes_true_once_and_for_its_author_only(cast: SqlCast) -> None:
    proposal = Proposal(ALICE, luna(pictures="abc"))
    proposed = await cast.propose(proposal, now_ms=1)

    assert await cast.around(Viewer(ALICE)) == ()
    assert await cast.proposal(proposed, ALICE, now_ms=2) == proposal
    assert await cast.proposal(proposed, BEN, now_ms=2) is None
    with pytest.raises(StaleStateError):
        await cast.accept(proposed, Viewer(BEN), now_ms=2)
    answers = await asyncio.gather(
        *(cast.accept(proposed, Viewer(ALICE), now_ms=2) for _ in range(3)),
        return_exceptions=True,
    )

    members = [one for one in answers if not isinstance(one, BaseException)]
    assert [one.details for one in members] == [proposal.details]
    assert await cast.around(Viewer(ALICE)) == tuple(members)


async def test_a_proposal_waits_for_a_day(cast: SqlCast) -> None:
    proposed = await cast.propose(Proposal(ALICE, luna()), now_ms=0)
    assert await cast.proposal(proposed, ALICE, now_ms=DAY_MS) is not None
    assert await cast.proposal(proposed, ALICE, now_ms=DAY_MS + 1) is None

    later = await cast.propose(Proposal(ALICE, luna()), now_ms=DAY_MS + 1)
    await cast.lapse(now_ms=DAY_MS + 1)

    assert await cast.proposal(proposed, ALICE, now_ms=1) is None, "it is gone for good"
    assert await cast.withdraw(later, BEN, now_ms=DAY_MS + 2) is None
    assert await cast.withdraw(later, ALICE, now_ms=DAY_MS + 2) is not None
    assert await cast.withdraw(later, ALICE, now_ms=DAY_MS + 2) is None


async def test_a_name_that_was_taken_meanwhile_keeps_the_proposal(cast: SqlCast) -> None:
    proposed = await cast.propose(Proposal(ALICE, luna()), now_ms=1)
    await cast.add(ALICE, luna(), now_ms=2)

    with pytest.raises(NameTakenError):
        await cast.accept(proposed, Viewer(ALICE), now_ms=3)

    assert await cast.proposal(proposed, ALICE, now_ms=4) is not None


async def test_a_change_that_was_proposed_needs_the_right_to_it_still(cast: SqlCast) -> None:
    member = await cast.add(ALICE, luna(HERE), now_ms=1)
    change = Proposal(MIA, luna(HERE, pictures="c"), member_id=member.id)
    moderator = Viewer(MIA, GUILD, is_moderator=True)
    first, second = [await cast.propose(change, now_ms=2) for _ in range(2)]

    with pytest.raises(StaleStateError):
        await cast.accept(first, replace(moderator, is_moderator=False), now_ms=3)
    changed = await cast.accept(second, moderator, now_ms=3)

    assert changed.owner_id == ALICE
    assert changed.details.images == (image("c"),)


async def test_a_report_that_is_sent_several_times_at_once_is_one(cast: SqlCast) -> None:
    member = await cast.add(ALICE, luna(HERE), now_ms=1)
    about = NewReport(member.id, GUILD, BEN, "it is me")

    ids = await asyncio.gather(*(cast.report(about, now_ms=5) for _ in range(8)))

    assert len(set(ids)) == 1
    (_,), total = await cast.open_reports(GUILD, 5)
    assert total == 1


async def test_reports_wait_in_their_server_until_they_are_settled(cast: SqlCast) -> None:
    member = await cast.add(ALICE, luna(HERE), now_ms=1)
    about = NewReport(member.id, GUILD, BEN, "it is me\0")
    report = await cast.report(about, now_ms=5)
    assert await cast.report(replace(about, reason="it is me, really"), now_ms=6) == report
    other = await cast.report(replace(about, reporter_id=MIA), now_ms=7)

    (first, second), total = await cast.open_reports(GUILD, 5)
    assert (first.id, first.member, first.reporter_id) == (report, member, BEN)
    assert (first.reason, first.reported_at_ms) == ("it is me, really", 6)
    assert (second.id, second.reason, total) == (other, "it is me", 2)
    assert await cast.open_reports(OTHER_GUILD, 5) == ((), 0)
    assert await cast.open_report(report, OTHER_GUILD) is None

    assert await cast.keep_reported(report, moderator_id=MIA, now_ms=8)
    assert not await cast.keep_reported(report, moderator_id=MIA, now_ms=8)
    assert await cast.open_report(report, GUILD) is None
    assert await cast.member(member.id) == member
    assert await cast.remove_reported(member.id, moderator_id=MIA, now_ms=9)
    assert not await cast.remove_reported(member.id, moderator_id=MIA, now_ms=9)
    assert await cast.open_reports(GUILD, 5) == ((), 0)
    assert await cast.member(member.id) is None
