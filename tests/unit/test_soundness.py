"""What is found about drafts that should not be promised as they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.agreements import content, line
from timshel.kernel.calendar import business_calendar
from timshel.relationship_agreement.service_level.rules.comparable import Hours
from timshel.relationship_agreement.service_level.rules.comparison import Change, differences
from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.fitting import (
    Keeper,
    Neighbour,
    Severity,
    Surroundings,
)
from timshel.relationship_agreement.service_level.rules.phrases import Names
from timshel.relationship_agreement.service_level.rules.soundness import findings
from timshel.relationship_agreement.service_level.states import AgreementKind

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
TODAY = date(2026, 3, 2)
HOUR = 3_600
OFFICE_WEEK = tuple((((8 * HOUR, 16 * HOUR),) if day < 5 else ()) for day in range(7))
OFFICE = Hours("Office hours", business_calendar("UTC", OFFICE_WEEK), timedelta(hours=8))
ALWAYS = Hours(
    "Around the clock", business_calendar("UTC", (((0, 24 * HOUR),),) * 7), timedelta(hours=24)
)
CALENDARS = {"office-hours": OFFICE, "always": ALWAYS}
OWNED: dict[str, Any] = {"owner_id": 1}


def found(said: AgreementContent, **around: Any) -> dict[str, tuple[Severity, str]]:
    """Return the findings about a draft by their codes."""
    world = Surroundings(calendars=CALENDARS, **around)
    listed = findings(said, code="mine", around=world, at=AT, today=TODAY)
    return {each.code: (each.severity, each.sentence) for each in listed}


def test_a_sound_draft_gives_nothing() -> None:
    assert found(content(**OWNED)) == {}


def test_a_draft_without_promises_must_be_mended() -> None:
    assert found(content(targets=(), **OWNED)) == {
        "promises_nothing": (
            Severity.ERROR,
            "This agreement promises nothing yet. Add a target or a goal.",
        )
    }


def test_resolving_before_responding_must_be_mended() -> None:
    said = content(targets=(line("respond", 4), line("resolve", 2)), **OWNED)
    assert found(said)["resolve_before_respond"] == (
        Severity.ERROR,
        "“Time to resolve” (2 hours) ends before “Time to respond” (4 hours).",
    )


def test_promises_on_different_calendars_are_compared_by_what_they_come_to() -> None:
    """Nine hours around the clock may end before one office hour, but not whenever they begin."""
    targets = (line("respond", 1), line("resolve", 9, calendar="always"))
    assert "resolve_before_respond" not in found(content(targets=targets, **OWNED))
    targets = (line("respond", 100), line("resolve", 24, calendar="always"))
    assert "resolve_before_respond" in found(content(targets=targets, **OWNED))


def test_priorities_out_of_order_are_told() -> None:
    respond = line("respond", 30, unit="minutes")
    targets = (respond, line("resolve", 8, priority=1), line("resolve", 4, priority=2))
    told = found(content(targets=targets, **OWNED))
    assert told["priorities_out_of_order"] == (
        Severity.WARNING,
        "“Time to resolve, priority 1” (8 hours) is longer than “Time to resolve, priority 2” "
        "(4 hours).",
    )
    assert "priorities 3, 4, 5" in told["priority_without_target"][1]


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        ((line("resolve", 8),), "respond_missing"),
        ((line("respond", 1),), "resolve_missing"),
        (
            (line("respond", 1, service="mail"), line("resolve", 8)),
            "service_without_target",
        ),
        (
            (
                line("respond", 1),
                line("resolve", 4, priority=1, attainment_percent=Decimal(95)),
                line("resolve", 8),
            ),
            "attainment_missing",
        ),
    ],
)
def test_gaps_are_told(targets: Any, code: str) -> None:
    assert found(content(targets=targets, **OWNED))[code][0] is Severity.WARNING


def test_a_promise_around_the_clock_kept_in_office_hours_is_told_with_an_example() -> None:
    targets = (line("respond", 15, unit="minutes", calendar="always"), line("resolve", 8))
    told = found(content(targets=targets, **OWNED), keepers=(Keeper("Service desk", OFFICE),))
    severity, sentence = told["closed_meanwhile"]
    assert severity is Severity.WARNING
    # 168 hours a week, of which 40 begin while somebody works.
    assert "in 76 % of the hours of a week" in sentence
    assert "begins on Monday 00:00 ends on Monday 00:15" in sentence


def test_a_promise_that_nobody_can_keep_must_be_mended() -> None:
    nights = business_calendar("UTC", (((20 * HOUR, 22 * HOUR),),) * 7)
    keeper = Keeper("Night watch", Hours("Nights", nights, timedelta(hours=8)))
    targets = (line("respond", 1), line("resolve", 2))
    days = {**CALENDARS, "office-hours": OFFICE}
    world = Surroundings(calendars=days, keepers=(keeper,))
    listed = findings(content(targets=targets, **OWNED), code="x", around=world, at=AT, today=TODAY)
    # From Friday 17:00 on, an hour of office time ends on Monday: the watch works meanwhile.
    assert [each.code for each in listed] == ["closed_meanwhile", "closed_meanwhile"]
    never = Surroundings(
        calendars={**CALENDARS, "office-hours": ALWAYS},
        keepers=(Keeper("Sundays", Hours("Never there", _rare(), timedelta(hours=8))),),
    )
    listed = findings(content(targets=targets, **OWNED), code="x", around=never, at=AT, today=TODAY)
    assert {each.code for each in listed} == {"never_kept"}
    assert all(each.severity is Severity.ERROR for each in listed)


def _rare() -> Any:
    """A calendar whose usual week is closed; it opens on single days only."""
    return business_calendar("UTC", ((),) * 7)


def test_a_calendar_that_never_opens_again_must_be_mended() -> None:
    closed = Hours("Closed", business_calendar("UTC", ((),) * 7), timedelta(hours=8))
    world = Surroundings(calendars={"office-hours": closed})
    listed = findings(content(**OWNED), code="x", around=world, at=AT, today=TODAY)
    assert (listed[0].code, listed[0].severity) == ("never_open", Severity.ERROR)


def test_an_overlap_says_which_goes_first_and_why() -> None:
    beside = Neighbour("other", content(name="Laptops as before"), AT - timedelta(days=1))
    told = found(content(**OWNED), neighbours=(beside,))
    assert told["overlap"][1] == (
        "“Laptops as before” is made with the same party about the same. By the rule of "
        "precedence this one goes first: it comes into force last."
    )
    planned = replace(beside, valid_from=AT + timedelta(days=1))
    assert (
        "“Laptops as before” goes first"
        in found(content(**OWNED), neighbours=(planned,))["overlap"][1]
    )
    elsewhere = replace(beside, content=content(services=("mail",)))
    assert found(content(**OWNED), neighbours=(elsewhere,)) == {}


def hop(hours: int, **changes: Any) -> AgreementContent:
    """An operational level agreement of the workplace engineers."""
    said = content(
        kind=AgreementKind.OPERATIONAL,
        name=changes.pop("name", "Workplace"),
        unit=None,
        provider_team="workplace",
        targets=(line("hop", hours),),
        **OWNED,
    )
    return replace(said, **changes)


def test_what_stands_beneath_must_fit_into_the_promise() -> None:
    one = Neighbour("one", hop(6, name="Workplace"), AT)
    two = Neighbour("two", hop(5, name="Network"), AT)
    assert found(content(**OWNED), neighbours=(one,)) == {}
    assert found(content(**OWNED), neighbours=(one, two))["shorter_than_sum"][1] == (
        "Priority 1 is to work again within 8 hours, which is less than the agreements beneath it "
        "take one after another: Network, Workplace."
    )
    long = Neighbour("long", hop(9, name="Repairs"), AT)
    assert (
        "“Repairs” beneath it"
        in found(content(**OWNED), neighbours=(long,))["shorter_than_beneath"][1]
    )


def test_a_contract_longer_than_what_was_promised_is_told() -> None:
    above = Neighbour("above", content(name="Promise"), AT)
    told = found(hop(9), neighbours=(above,))
    assert told["longer_than_promised"][1] == (
        "For priority 1 this gives 9 hours, while “Promise” promises that it works again within "
        "8 hours."
    )


def test_upkeep_is_told() -> None:
    told = found(content(review_date=TODAY, is_option=True, unit=None))
    assert set(told) == {"review_past", "owner_missing", "price_missing"}


def test_what_differs_is_said_in_words() -> None:
    after = content(
        name="Laptops, faster",
        targets=(line("respond", 30, unit="minutes"), line("update", 1, priority=2)),
        services=("laptop", "mail"),
    )
    names = Names(services={"laptop": "Laptop and screen", "mail": "Mail"})
    assert differences(content(), after, names) == (
        Change("Name", "Laptops of Climate and Oceans", "Laptops, faster"),
        Change("Covers", "Laptop and screen", "Laptop and screen, Mail"),
        Change("Time to respond", "1 hour", "30 minutes"),
        Change("Time to the next update, priority 2", "", "1 hour"),
        Change("Time to resolve", "8 hours", ""),
    )
    assert differences(content(), content(), names) == ()
