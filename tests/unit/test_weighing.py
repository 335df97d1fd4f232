"""Why an agreement applies or does not, in sentences: each rank and each mismatch has its own."""

from __future__ import annotations

import pytest

from timshel.relationship_agreement.service_level.rules.precedence import (
    CoverageRank,
    Mismatch,
    PartyRank,
    Standing,
)
from timshel.relationship_agreement.service_level.rules.weighing import reason_sentence


def told(
    found: Standing | Mismatch, *, is_first: bool = True, is_hop: bool = False, party: str = "Data"
) -> str:
    return reason_sentence(found, is_first=is_first, is_hop=is_hop, party=party, coverage="Mail")


def standing(
    party: PartyRank, coverage: CoverageRank = CoverageRank.SERVICE, *, distance: int = 0
) -> Standing:
    return Standing(party, distance, coverage, 0.0, "code")


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            standing(PartyRank.UNIT),
            "It is made with the unit of whoever asked: Data. It names the service: Mail.",
        ),
        (
            standing(PartyRank.UNIT, CoverageRank.EVERYTHING, distance=2),
            "Made with Data, a unit above the requester’s. It covers everything.",
        ),
        (
            standing(PartyRank.CHOSEN_LEVEL, CoverageRank.OFFERING),
            "It is the level that the customer chose. It names the offering.",
        ),
    ],
)
def test_who_it_is_made_with_and_what_it_covers(found: Standing, sentence: str) -> None:
    assert told(found) == sentence
    assert told(found, is_first=False) == (
        f"It would apply, but another one goes before it. {sentence}"
    )


def test_time_with_a_team_is_about_who_handed_the_work_over() -> None:
    found = standing(PartyRank.UNIT, CoverageRank.EVERYTHING)
    assert told(found, is_hop=True) == (
        "It names the team that handed the work over: Data. It covers everything."
    )


def test_every_rank_and_every_mismatch_is_told_apart() -> None:
    ranks = [told(standing(party, CoverageRank.EVERYTHING)) for party in PartyRank]
    mismatches = [told(mismatch) for mismatch in Mismatch]
    assert len(set(ranks)) == len(PartyRank)
    assert len(set(mismatches)) == len(Mismatch)


def test_a_name_may_hold_a_percent_sign() -> None:
    assert told(Mismatch.OTHER_PARTY, party="100 % Data") == (
        "It is made with somebody else: 100 % Data."
    )
