"""Routing, escalation, the shape of a matrix and the search of the catalogue, as pure rules."""

from __future__ import annotations

import pytest

from timshel.service_portfolio.service.rules import (
    STANDARD_CELLS,
    Support,
    cell_faults,
    next_team,
    relevance,
    team_for,
    words_of,
)

DESK, NETWORK, VENDOR, MAIL, FACILITIES = 1, 2, 3, 4, 5


def support(
    team: int,
    *,
    offering: int = 10,
    function: int = 100,
    relation: str = "lead",
    level: int = 1,
    distance: int = 0,
) -> Support:
    return Support(offering, function, relation, distance, level, team)


class TestTeamFor:
    def test_the_team_of_the_lead_function_at_the_level(self) -> None:
        supports = [
            support(DESK),
            support(NETWORK, level=2),
            support(MAIL, function=90, relation="essential"),
        ]
        assert team_for(supports, offering_id=10) == DESK
        assert team_for(supports, offering_id=10, level=2) == NETWORK

    def test_essential_functions_in_their_order_where_the_lead_has_nobody(self) -> None:
        supports = [
            support(FACILITIES, function=103, relation="essential", level=2),
            support(NETWORK, function=102, relation="essential", level=2),
            support(DESK, level=1),
        ]
        assert team_for(supports, offering_id=10, level=2) == NETWORK

    def test_supporting_functions_take_nothing(self) -> None:
        supports = [support(MAIL, relation="supporting")]
        assert team_for(supports, offering_id=10) is None

    def test_the_function_above_supports_where_the_function_has_nobody(self) -> None:
        supports = [support(VENDOR, level=3, distance=2), support(NETWORK, level=3, distance=1)]
        assert team_for(supports, offering_id=10, level=3) == NETWORK

    def test_where_only_the_service_is_known_the_team_that_leads_most(self) -> None:
        supports = [
            support(MAIL, offering=10, function=1),
            support(DESK, offering=11, function=2),
            support(DESK, offering=12, function=3),
            support(NETWORK, offering=13, function=4, relation="essential"),
        ]
        assert team_for(supports, offering_id=None) == DESK

    def test_among_equals_the_oldest_offering_decides(self) -> None:
        supports = [support(DESK, offering=11), support(MAIL, offering=10, function=7)]
        assert team_for(supports, offering_id=None) == MAIL

    def test_an_offering_without_functions_goes_where_its_service_goes(self) -> None:
        supports = [support(MAIL, offering=10)]
        assert team_for(supports, offering_id=99) == MAIL

    def test_nobody_named_is_nobody(self) -> None:
        assert team_for([], offering_id=None) is None
        assert team_for([support(DESK)], offering_id=10, level=3) is None


class TestNextTeam:
    CHAIN = (support(DESK), support(NETWORK, level=2), support(VENDOR, level=3))

    @pytest.mark.parametrize(
        ("team", "expected"),
        [(DESK, NETWORK), (NETWORK, VENDOR), (VENDOR, None), (MAIL, DESK), (None, DESK)],
    )
    def test_one_level_further(self, team: int | None, expected: int | None) -> None:
        assert next_team(self.CHAIN, team_id=team, offering_id=10) == expected

    def test_a_team_of_two_levels_hands_on_to_the_third(self) -> None:
        chain = [support(DESK), support(DESK, level=2), support(VENDOR, level=3)]
        assert next_team(chain, team_id=DESK, offering_id=10) == VENDOR

    def test_a_level_without_a_team_is_skipped(self) -> None:
        chain = [support(DESK), support(VENDOR, level=3)]
        assert next_team(chain, team_id=DESK, offering_id=10) == VENDOR

    def test_no_chain_no_team(self) -> None:
        assert next_team([], team_id=DESK, offering_id=10) is None


class TestMatrix:
    def test_the_standard_one_is_whole(self) -> None:
        assert cell_faults(STANDARD_CELLS) == []
        assert STANDARD_CELLS["11"] == 1
        assert STANDARD_CELLS["22"] == 3
        assert STANDARD_CELLS["33"] == 5

    @pytest.mark.parametrize("value", [0, 6, True, "1", 1.5, None])
    def test_a_priority_is_1_to_5(self, value: object) -> None:
        assert len(cell_faults({**STANDARD_CELLS, "22": value})) == 1

    def test_cells_are_neither_missing_nor_strange(self) -> None:
        cells: dict[str, object] = {**STANDARD_CELLS, "44": 1}
        del cells["12"]
        assert len(cell_faults(cells)) == 2


class TestSearch:
    def test_a_word_of_the_name_counts_most(self) -> None:
        words = words_of("mail")
        named = relevance(words, name="Mail and calendar", others=[])
        begun = relevance(words, name="Mailing lists", others=[])
        described = relevance(words, name="Diary", others=["mailbox and calendar"])
        within = relevance(words, name="Voicemail", others=[])
        assert (named, begun, described, within) == (4, 3, 2, 1)

    def test_all_words_must_be_met(self) -> None:
        assert relevance(words_of("mail roof"), name="Mail", others=["calendar"]) == 0

    def test_neither_case_nor_accents_matter(self) -> None:
        assert relevance(words_of("RESEAU"), name="Réseau sans fil", others=[]) == 4

    def test_nothing_typed_meets_nothing(self) -> None:
        assert relevance(words_of(" - "), name="Mail", others=[]) == 0
