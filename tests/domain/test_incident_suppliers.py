"""Waiting for a supplier by name: whom the row, the journal and the clocks say it is with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later, opened
from tests.incidents import row
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.kernel.journal.models import Entry
from timshel.operation.work.states import Stage
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    ClockState,
    DurationUnit,
)
from timshel.resolution_fulfilment.incident import actions
from timshel.service_portfolio.parties.actions import change_supplier
from timshel.service_portfolio.parties.models import Supplier


def waiting(cast: Cast, *, at: int = 10, **given: Any) -> str:
    number = opened(cast.requester)
    actions.start_incident(number, actor=cast.agent, at=later(5))
    asked = {"reason": "supplier", "supplier": "northmere", **given}
    actions.wait_incident(number, actor=cast.agent, at=later(at), **asked)
    return number


def named(number: str) -> list[tuple[str, Any]]:
    """Return what the journal says of the supplier, oldest first."""
    entries = Entry.objects.filter(subject_id=row(number).pk, subject_kind="work_item")
    return [
        (entry.verb, entry.changes["supplier"])
        for entry in entries.order_by("version")
        if "supplier" in entry.changes
    ]


def test_the_supplier_is_on_the_row_and_named_in_the_journal(cast: Cast) -> None:
    number = waiting(cast)
    northmere = Supplier.objects.get(code="northmere")
    assert row(number).supplier_id == northmere.pk
    reference = {"id": northmere.pk, "name": "Northmere Devices"}
    assert named(number) == [("incident.waited", [None, reference])]


@pytest.mark.parametrize(
    ("leave", "verb"),
    [
        (lambda number, by: actions.resume_incident(number, **by), "incident.resumed"),
        (
            lambda number, by: actions.resolve_incident(number, code="fixed", text="Done.", **by),
            "incident.resolved",
        ),
        (
            lambda number, by: actions.cancel_incident(number, reason="Not needed.", **by),
            "incident.cancelled",
        ),
    ],
)
def test_whoever_ends_the_waiting_the_supplier_is_gone(cast: Cast, leave: Any, verb: str) -> None:
    number = waiting(cast)
    leave(number, {"actor": cast.lead, "at": later(20)})
    assert row(number).supplier_id is None
    last = named(number)[-1]
    assert (last[0], last[1][0]["name"], last[1][1]) == (verb, "Northmere Devices", None)


def test_the_requester_ends_it_by_confirming(cast: Cast) -> None:
    number = waiting(cast)
    actions.confirm_incident(number, actor=cast.requester, at=later(20))
    assert row(number).supplier_id is None
    assert [change[1] for _verb, change in named(number)][-1] is None


def test_a_hand_over_within_leaves_the_supplier(cast: Cast) -> None:
    number = waiting(cast)
    actions.assign_incident(number, team="workplace", actor=cast.lead, at=later(20))
    assert row(number).supplier_id is not None
    assert len(named(number)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"supplier": "nobody"}, "supplier"),
        ({"supplier": "nobody\0"}, "supplier"),
        ({"reason": "requester"}, "supplier"),
        ({"reason": "weather"}, "reason"),
    ],
)
def test_what_cannot_be_waited_for_changes_nothing(
    cast: Cast, given: dict[str, str], field: str
) -> None:
    number = opened(cast.requester)
    with pytest.raises(Invalid) as refusal:
        actions.wait_incident(
            number,
            **{"reason": "supplier", "supplier": "northmere", **given},
            actor=cast.agent,
            at=later(5),
        )
    assert set(refusal.value.fields) == {field}
    assert (row(number).stage, row(number).version) == (Stage.NEW, 1)


def test_who_is_no_longer_worked_with_is_not_waited_for(cast: Cast) -> None:
    change_supplier(
        "northmere", name="Northmere Devices", is_active=False, actor=SYSTEM, at=later(1)
    )
    with pytest.raises(Invalid):
        waiting(cast)


def test_without_the_right_nothing_waits(cast: Cast) -> None:
    number = opened(cast.requester)
    with pytest.raises(NotAllowed):
        actions.wait_incident(
            number, reason="supplier", supplier="northmere", actor=cast.requester, at=later(5)
        )
    assert row(number).supplier_id is None


def test_a_supplier_needs_no_name(cast: Cast) -> None:
    number = waiting(cast, supplier=None)
    assert row(number).supplier_id is None
    assert named(number) == []


def test_the_contract_with_the_supplier_has_a_clock_of_its_own(cast: Cast) -> None:
    content = AgreementContent(
        kind=AgreementKind.SUPPLIER,
        name="Repairs by Northmere",
        calendar="around-the-clock",
        supplier="northmere",
        targets=(TargetContent(kind=ClockKind.HOP, amount=4, unit=DurationUnit.HOURS),),
    )
    by = {"actor": cast.administrator, "at": later(0)}
    service_level.save_draft("northmere-repairs", content=content, **by)
    service_level.publish_draft("northmere-repairs", since_ever=True, **by)
    number = waiting(cast, at=10)
    hop = Clock.objects.get(work_item__number=number, kind=ClockKind.HOP)
    assert (hop.supplier_id, hop.state, hop.due_at) == (
        Supplier.objects.get().pk,
        ClockState.RUNNING,
        later(10, hours=4),
    )
    actions.resume_incident(number, actor=cast.agent, at=later(10, hours=5))
    hop.refresh_from_db()
    assert (hop.state, hop.breached_at, hop.stopped_at) == (
        ClockState.MISSED,
        later(10, hours=4),
        later(10, hours=5),
    )
