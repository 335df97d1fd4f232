"""Which agreement applies: the written rule against a second reading of it, and by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.unit.clocks.desk import CARRIER, DESK, HOUR, NETWORK, agreement, line, promise
from tests.unit.clocks.walk import Papers, parties_of_asker, promised
from tests.unit.clocks.worlds import shelves
from timshel.relationship_agreement.service_level.rules.book import AgreementBook, Candidate
from timshel.relationship_agreement.service_level.rules.happenings import Facts, Holder, OwnTarget
from timshel.relationship_agreement.service_level.rules.precedence import (
    AgreementVersion,
    Choice,
    CoverageRank,
    DatedTerms,
    Mismatch,
    PartyRank,
    Standing,
    World,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
)

RULE = Path(__file__).parents[3] / "docs" / "algorithms" / "agreement-precedence.md"
AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

MAIL, PHONE = 7, 8
MAILBOX, LIST = 70, 71
HARBOUR, MILL = 1, 2
WORLD = World(
    units={1: (1,), 2: (2, 1), 3: (3, 2, 1)},
    categories={HARBOUR: "gold", MILL: ""},
    choices=(Choice("premium", HARBOUR, AT - DAY, AT + DAY),),
)
RESOLVES = line(ClockKind.RESOLVE, None, promise(HOUR))
HOPS = line(ClockKind.HOP, None, promise(HOUR))
ASKED = Facts(3, service_id=MAIL, offering_id=MAILBOX, customer_id=HARBOUR, unit_id=3)


@given(shelves())
@settings(max_examples=400, deadline=None)
def test_the_agreement_is_that_of_the_written_rule(shelf: tuple[Papers, Facts, datetime]) -> None:
    papers, facts, at = shelf
    book = AgreementBook(papers.versions, papers.world)
    parties = parties_of_asker(facts, papers.world, at)
    expected = promised(papers.versions, parties, ClockKind.RESOLVE, facts, at)
    assert book.terms(ClockKind.RESOLVE, facts=facts, at=at) == expected
    candidates = book.candidates(ClockKind.RESOLVE, facts=facts, at=at)
    assert {each.version for each in candidates} == set(papers.versions)
    applies = [each for each in candidates if isinstance(each.found, Standing)]
    assert list(candidates[: len(applies)]) == applies
    if expected is not None:
        assert applies[0].version.line(ClockKind.RESOLVE, facts).terms(at) == expected  # type: ignore[union-attr]


def weighed(
    *versions: AgreementVersion,
    facts: Facts = ASKED,
    kind: ClockKind = ClockKind.RESOLVE,
    holder: Holder | None = None,
) -> dict[str, Candidate]:
    """The candidates by code, in their order."""
    book = AgreementBook(versions, WORLD)
    found = book.candidates(kind, facts=facts, at=AT, holder=holder)
    return {each.version.code: each for each in found}


def made(code: str, *lines: object, **given: object) -> AgreementVersion:
    """An agreement since long ago about everything, with a target for each priority."""
    return agreement(code, *(lines or (RESOLVES,)), valid_from=LONG_AGO, **given)  # type: ignore[arg-type]


EACH_PARTY = (
    made("premium", is_option=True),
    made("customer", customer_id=HARBOUR),
    made("own unit", unit_id=3),
    made("unit above", unit_id=2),
    made("root unit", unit_id=1),
    made("category", category="gold"),
    made("everybody"),
)


class TestOrder:
    def test_by_party_the_closest_first(self) -> None:
        assert list(weighed(*reversed(EACH_PARTY))) == [each.code for each in EACH_PARTY]

    def test_the_ranks_are_said(self) -> None:
        found = [each.found for each in weighed(*EACH_PARTY).values()]
        assert [(each.party, each.distance) for each in found if isinstance(each, Standing)] == [
            (PartyRank.CHOSEN_LEVEL, 0),
            (PartyRank.CUSTOMER, 0),
            (PartyRank.UNIT, 0),
            (PartyRank.UNIT, 1),
            (PartyRank.UNIT, 2),
            (PartyRank.CATEGORY, 0),
            (PartyRank.EVERYBODY, 0),
        ]

    def test_by_coverage_the_narrowest_first(self) -> None:
        found = weighed(
            made("all"),
            made("service", services=frozenset({MAIL})),
            made("offering", offerings=frozenset({MAILBOX})),
        )
        assert list(found) == ["offering", "service", "all"]
        assert [each.found.coverage for each in found.values()] == list(CoverageRank)  # type: ignore[union-attr]

    def test_the_party_goes_before_the_coverage_and_the_nearest_unit_too(self) -> None:
        assert list(
            weighed(
                made("all, offering", offerings=frozenset({MAILBOX})),
                made("root, offering", unit_id=1, offerings=frozenset({MAILBOX})),
                made("own unit", unit_id=3),
            )
        ) == ["own unit", "root, offering", "all, offering"]

    def test_what_came_into_force_last_goes_first_then_by_code(self) -> None:
        newer = agreement("z", RESOLVES, valid_from=AT - DAY)
        assert list(weighed(made("b"), made("a"), newer)) == ["z", "a", "b"]

    def test_one_that_is_silent_leaves_it_to_the_next(self) -> None:
        urgent = made("customer", line(ClockKind.RESOLVE, 1, promise(HOUR)), customer_id=HARBOUR)
        book = AgreementBook([urgent, made("everybody")], WORLD)
        assert next(iter(weighed(urgent, made("everybody")))) == "everybody"
        for priority, expected in ((1, "customer"), (3, "everybody")):
            facts = Facts(priority, service_id=MAIL, customer_id=HARBOUR)
            first = book.candidates(ClockKind.RESOLVE, facts=facts, at=AT)[0]
            assert first.version.code == expected

    def test_one_whose_calendar_has_no_hours_yet_is_silent(self) -> None:
        later = DatedTerms(AT + DAY, None, promise(HOUR))
        early = made("customer", line(ClockKind.RESOLVE, None, later), customer_id=HARBOUR)
        book = AgreementBook(
            [early, made("everybody", line(ClockKind.RESOLVE, None, promise(2 * HOUR)))], WORLD
        )
        for at, hours in ((AT, 2), (AT + DAY, 1)):
            terms = book.terms(ClockKind.RESOLVE, facts=ASKED, at=at)
            assert terms is not None
            assert terms.target == hours * HOUR

    def test_within_an_agreement_the_narrowest_line_holds(self) -> None:
        lines = (
            line(ClockKind.RESOLVE, None, promise(1 * HOUR)),
            line(ClockKind.RESOLVE, 3, promise(2 * HOUR)),
            line(ClockKind.RESOLVE, None, promise(3 * HOUR), service_id=MAIL),
            line(ClockKind.RESOLVE, 3, promise(4 * HOUR), service_id=MAIL),
            line(ClockKind.RESOLVE, None, promise(5 * HOUR), offering_id=MAILBOX),
            line(ClockKind.RESOLVE, 3, promise(6 * HOUR), offering_id=MAILBOX),
        )
        for count in range(1, len(lines) + 1):
            book = AgreementBook([made("standard", *reversed(lines[:count]))], WORLD)
            terms = book.terms(ClockKind.RESOLVE, facts=ASKED, at=AT)
            assert terms is not None
            assert terms.target == count * HOUR


class TestMismatch:
    """Each reason why an agreement does not apply."""

    CASES: dict[str, tuple[AgreementVersion, Mismatch]] = {
        "not yet": (agreement("x", RESOLVES, valid_from=AT + DAY), Mismatch.NOT_IN_FORCE),
        "no more": (made("x", valid_until=AT), Mismatch.NOT_IN_FORCE),
        "another customer": (made("x", customer_id=MILL), Mismatch.OTHER_PARTY),
        "another category": (made("x", category="silver"), Mismatch.OTHER_PARTY),
        "another unit": (made("x", unit_id=4), Mismatch.OTHER_PARTY),
        "a level nobody chose": (made("x", is_option=True), Mismatch.NOT_CHOSEN),
        "another service": (made("x", services=frozenset({PHONE})), Mismatch.NOT_COVERED),
        "another offering": (made("x", offerings=frozenset({LIST})), Mismatch.NOT_COVERED),
        "another clock": (
            made("x", line(ClockKind.RESPOND, None, promise(HOUR))),
            Mismatch.NO_TARGET,
        ),
        "another priority": (
            made("x", line(ClockKind.RESOLVE, 1, promise(HOUR))),
            Mismatch.NO_TARGET,
        ),
    }

    @pytest.mark.parametrize("name", sorted(CASES))
    def test_it_is_said_why_it_does_not_apply(self, name: str) -> None:
        version, expected = self.CASES[name]
        assert weighed(version)["x"].found is expected
        book = AgreementBook([version], WORLD)
        assert book.terms(ClockKind.RESOLVE, facts=ASKED, at=AT) is None

    def test_a_level_holds_for_as_long_as_it_is_chosen(self) -> None:
        book = AgreementBook([made("premium", is_option=True)], WORLD)
        for at, holds in ((AT - DAY, True), (AT + DAY, False), (AT - 2 * DAY, False)):
            terms = book.terms(ClockKind.RESOLVE, facts=ASKED, at=at)
            assert (terms is not None) == holds

    def test_all_of_them_have_a_test(self) -> None:
        here = {expected for _version, expected in self.CASES.values()}
        assert here | {Mismatch.OTHER_PROVIDER, Mismatch.OTHER_RECIPIENT} == set(Mismatch)


class TestHolders:
    """Time with a team or a supplier has agreements of its own."""

    def test_one_with_the_team_that_hands_over_goes_first(self) -> None:
        own = {"kind": AgreementKind.OPERATIONAL, "provider_team_id": NETWORK}
        versions = (
            made("any", HOPS, **own),
            made("desk", HOPS, recipient_team_id=DESK, **own),
            made("others", HOPS, recipient_team_id=3, **own),
            made("other team", HOPS, kind=AgreementKind.OPERATIONAL, provider_team_id=DESK),
        )
        holder = Holder(team_id=NETWORK, from_team_id=DESK)
        found = weighed(*versions, kind=ClockKind.HOP, holder=holder)
        assert list(found) == ["desk", "any", "other team", "others"]
        assert found["other team"].found is Mismatch.OTHER_PROVIDER
        assert found["others"].found is Mismatch.OTHER_RECIPIENT

    def test_a_supplier_has_contracts(self) -> None:
        versions = (
            made("contract", HOPS, kind=AgreementKind.SUPPLIER, supplier_id=CARRIER),
            made("team", HOPS, kind=AgreementKind.OPERATIONAL, provider_team_id=DESK),
        )
        holder = Holder(supplier_id=CARRIER, from_team_id=DESK)
        found = weighed(*versions, kind=ClockKind.HOP, holder=holder)
        assert list(found) == ["contract", "team"]
        assert found["team"].found is Mismatch.OTHER_PROVIDER

    def test_no_agreement_of_one_kind_is_asked_about_the_clocks_of_the_other(self) -> None:
        service, team = (
            made("service"),
            made("team", HOPS, kind=AgreementKind.OPERATIONAL, provider_team_id=DESK),
        )
        assert list(weighed(service, team)) == ["service"]
        holder = Holder(team_id=DESK)
        assert list(weighed(service, team, kind=ClockKind.HOP, holder=holder)) == ["team"]


# ------------------------------------------------------------------ the page in docs/algorithms

UNITS = {"Oceans": 3, "Climate": 2, "Institute": 1, "Materials": 4}
SERVICES, OFFERINGS = {"mail": MAIL, "phone": PHONE}, {"mailbox": MAILBOX, "list": LIST}
CUSTOMERS = {"Harbour": HARBOUR, "Mill": MILL}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading."""
    text = RULE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = [
        [cell.strip() for cell in each.strip("|").split("|")]
        for each in text.splitlines()
        if each.startswith("|")
    ]
    return found[2:]


def of_page(row: list[str]) -> AgreementVersion:
    """An agreement as the page writes it."""
    code, party, coverage, priorities, since = row
    told: dict[str, object] = {}
    word, _, name = party.partition(" ")
    match word:
        case "customer":
            told["customer_id"] = CUSTOMERS[name]
        case "unit":
            told["unit_id"] = UNITS[name]
        case "category":
            told["category"] = name
        case "level":
            told["is_option"] = True
        case _:
            assert party == "everybody"
    word, _, name = coverage.partition(" ")
    if word == "service":
        told["services"] = frozenset({SERVICES[name]})
    elif word == "offering":
        told["offerings"] = frozenset({OFFERINGS[name]})
    numbers = [None] if priorities == "each" else [int(each) for each in priorities.split(", ")]
    lines = [line(ClockKind.RESOLVE, each, promise(HOUR)) for each in numbers]
    begins = datetime.fromisoformat(since).replace(tzinfo=UTC)
    return agreement(code, *lines, valid_from=begins, **told)


def pair(text: str) -> tuple[str | None, str | None]:
    """What stands on both sides of a slash; a dash is nothing."""
    first, second = (None if each.strip() == "–" else each.strip() for each in text.split("/"))
    return first, second


@pytest.mark.parametrize("row", rows("Worked examples"), ids=lambda row: row[0])
def test_the_page_says_what_the_rule_does(row: list[str]) -> None:
    _name, who, what, priority, expected = row
    customer, unit = pair(who)
    service, offering = pair(what)
    facts = Facts(
        int(priority),
        service_id=SERVICES[service] if service else None,
        offering_id=OFFERINGS[offering] if offering else None,
        customer_id=CUSTOMERS[customer] if customer else None,
        unit_id=UNITS[unit] if unit else None,
    )
    world = World(WORLD.units, WORLD.categories, (Choice("premium", MILL, LONG_AGO, None),))
    book = AgreementBook([of_page(each) for each in rows("Agreements of the examples")], world)
    found = book.candidates(ClockKind.RESOLVE, facts=facts, at=AT)
    applies = [each.version.code for each in found if isinstance(each.found, Standing)]
    assert applies == ([] if expected == "–" else expected.split(", "))


def test_the_page_names_each_rank_and_each_mismatch() -> None:
    text = RULE.read_text(encoding="utf-8")
    for word in (*Mismatch, *(each.name.lower() for each in (*PartyRank, *CoverageRank))):
        assert f"`{word}`" in text
    assert len(rows("Worked examples")) >= 10


TASK_TEAMS = {"network": NETWORK, "desk": DESK, "facilities": 3}


def of_team(
    code: str, team: str, kind: ClockKind, hours: int, *, recipient: str = "", service: str = ""
) -> AgreementVersion:
    """An operational agreement, since ever."""
    return agreement(
        code,
        line(kind, None, promise(hours * HOUR)),
        kind=AgreementKind.OPERATIONAL,
        provider_team_id=TASK_TEAMS[team],
        recipient_team_id=TASK_TEAMS.get(recipient),
        services=frozenset({SERVICES[service]} if service else ()),
    )


BEHIND = (
    agreement("standard", line(ClockKind.FULFIL, None, promise(24 * HOUR))),
    of_team("network-all", "network", ClockKind.HOP, 8),
    of_team("network-mail", "network", ClockKind.FULFIL, 4, service="mail"),
    of_team("network-desk", "network", ClockKind.FULFIL, 2, recipient="desk"),
    of_team("facilities", "facilities", ClockKind.FULFIL, 6, service="phone"),
)


@pytest.mark.parametrize("row", rows("Tasks"), ids=lambda row: row[0])
def test_the_page_says_what_is_promised_for_tasks(row: list[str]) -> None:
    _case, team, giver, service, own, expected, amount = row
    facts = Facts(
        3,
        process="task",
        service_id=SERVICES[service],
        target=None if own == "–" else OwnTarget(int(own.split(":")[0]), DurationUnit.HOURS),
    )
    holder = Holder(team_id=TASK_TEAMS.get(team), from_team_id=TASK_TEAMS.get(giver))
    book = AgreementBook(BEHIND)
    found = book.candidates(ClockKind.FULFIL, facts=facts, at=AT, holder=holder)
    codes = [each.version.code for each in found if isinstance(each.found, Standing)]
    assert (", ".join(codes) or "–") == expected
    terms = book.terms(ClockKind.FULFIL, facts=facts, at=AT, holder=holder)
    assert (None if amount == "–" else int(amount.split(":")[0]) * HOUR) == (
        terms.target if terms else None
    )
