"""The chaos in its short form; the long one is ``make chaos``."""

from pathlib import Path

import pytest

from tests.chaos.campaign import Campaign, Plan

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]
"""About 40 s on two cores of its own; a busy machine may take several times as long."""


async def test_kills_and_faults_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    plan = Plan(
        kills=6,
        generations=12,
        seed=3,
        minutes=2,
        rest_s=60,
        settle_s=5,
        render_s=0.3,
        longest_life_s=2.5,
    )
    campaign = Campaign(plan, tmp_path)

    verdict = await campaign.run()

    told = "\n".join((*campaign.summary(), *verdict.account()))
    assert verdict.is_good, told
    assert verdict.kills == plan.kills, told
    assert verdict.generations >= plan.generations, told
