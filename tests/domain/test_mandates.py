"""Mandates: written, put into force by four eyes, ended; and who may approve what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import AT, FOUNDED, SYSTEM, Cast, later, person_id
from tests.witness import Witness
from timshel.context.organization.queries import keys_by_code
from timshel.context.people import actions as people
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked as DueAsked
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.leadership.authority import actions as authority
from timshel.leadership.mandate import access, actions
from timshel.leadership.mandate.due import due_mandates
from timshel.leadership.mandate.events import MandateEnded, MandatePutInForce
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.queries import (
    MandateFilter,
    WhoMay,
    mandate,
    mandate_list,
    mandate_summary,
    own_authority,
    who_may_approve,
    whole_register,
)
from timshel.leadership.mandate.rules import Asked, MandateContent, Money
from timshel.leadership.mandate.states import (
    MANDATES,
    HolderKind,
    MandateState,
    MandateTrigger,
    Subject,
    Vacancy,
)
from timshel.leadership.responsibility import actions as responsibility

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
BUYING = MandateContent(
    title="Purchases of the whole house",
    subject=Subject.PURCHASE,
    holder_kind=HolderKind.PERSON,
    holder="tamsin.harrowgate",
    granted_by="wendell.achterberg",
    rests_on="Decision of the board of 12 January",
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    limit=Money(Decimal(5000), "GBP"),
)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [MandatePutInForce, MandateEnded])


def drafted(cast: Cast, **change: Any) -> str:
    content = replace(BUYING, **change)
    return actions.draft_mandate(content, actor=cast.process_owner, at=AT)


def in_force(cast: Cast, **change: Any) -> str:
    number = drafted(cast, **change)
    actions.put_in_force(number, actor=cast.process_owner, at=AT)
    return number


def numbers(who: Actor, **asked: Any) -> list[str]:
    return [
        row.number for row in mandate_list(actor=who, at=AT, asked=MandateFilter(**asked)).items
    ]


def who_may(cast: Cast, amount: int | None = None, **asked: Any) -> WhoMay:
    currency = asked.pop("currency", "GBP")
    cost = None if amount is None else Money(Decimal(amount), currency)
    wanted = Asked(**{"subject": Subject.PURCHASE, "on": TODAY, "cost": cost, **asked})
    return who_may_approve(wanted, actor=cast.auditor)


def names(found: WhoMay) -> list[str]:
    return [each.person.code for each in found.approvers]


def grant(person: str, role: str, unit: str | None = None) -> None:
    authority.grant_role(
        person_id(person),
        role=role,
        scope_kind="unit" if unit else "everything",
        scope_id=keys_by_code().units[unit] if unit else None,
        actor=SYSTEM,
        at=FOUNDED,
    )


def test_a_mandate_is_written_down_as_a_draft(cast: Cast, witness: Witness) -> None:
    with witness.watching() as seen:
        number = drafted(cast)
    assert seen.verbs == ["mandate.drafted"]
    assert seen.entry.changes["limit"] == [None, "5000.00 GBP"]
    assert seen.regions == {"mandates"}
    shown = mandate(number, actor=cast.auditor, at=AT)
    assert shown.row.state is MandateState.DRAFT
    assert (shown.row.holder_name, shown.row.granted_by) == (
        "Tamsin Harrowgate",
        "Wendell Achterberg",
    )
    assert replace(BUYING) == shown.content
    assert (shown.may_manage, shown.is_own, shown.revision) == (False, False, 1)
    assert names(who_may(cast)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"rests_on": ""}, "rests_on"),
        ({"conditions": "\0"}, "conditions"),
        ({"holder": "nobody"}, "holder"),
        ({"holder": "\0"}, "holder"),
        ({"holder": "nora.fitzallan"}, "holder"),
        ({"holder_kind": HolderKind.ROLE, "holder": "nothing"}, "holder"),
        ({"holder_kind": HolderKind.PROCESS_ROLE, "holder": "nothing"}, "holder"),
        ({"granted_by": "nobody"}, "granted_by"),
        ({"granted_by": "tamsin.harrowgate"}, "granted_by"),
        ({"unit": "nowhere"}, "unit"),
        ({"unit": "it", "service": "mail"}, "unit"),
        ({"service": "nothing"}, "service"),
        ({"valid_until": date(2025, 12, 31)}, "valid_until"),
        ({"limit": Money(Decimal(-1), "GBP")}, "limit"),
        ({"limit": Money(Decimal("NaN"), "GBP")}, "limit"),
        ({"limit": Money(Decimal("1.001"), "GBP")}, "limit"),
        ({"limit": Money(Decimal(10), "gbp")}, "limit"),
        ({"limit": Money(Decimal(10) ** 14, "GBP")}, "limit"),
        ({"subject": Subject.DOCUMENT}, "limit"),
        ({"subject": Subject.OTHER}, "own_words"),
        ({"own_words": "Cakes"}, "own_words"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, witness: Witness, change: dict[str, Any], field: str
) -> None:
    with witness.refused(Invalid) as caught:
        drafted(cast, **change)
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == [field]


def test_who_may_write_mandates(cast: Cast, witness: Witness) -> None:
    number = drafted(cast)
    deeds: tuple[tuple[Any, dict[str, Any]], ...] = (
        (actions.change_mandate, {"content": replace(BUYING, title="Else")}),
        (actions.put_in_force, {}),
        (actions.withdraw_mandate, {"reason": "No."}),
        (actions.end_mandate, {"reason": "No."}),
    )
    for who in (cast.service_owner, cast.manager, cast.auditor):
        with witness.refused(NotAllowed):
            actions.draft_mandate(BUYING, actor=who, at=AT)
        for deed, given in deeds:
            with witness.refused(NotAllowed):
                deed(number, **given, actor=who, at=AT)
    for deed, given in deeds:
        with witness.refused(NotFound):
            deed(number, **given, actor=cast.requester, at=AT)


def test_a_draft_is_changed_and_the_same_again_changes_nothing(
    cast: Cast, witness: Witness
) -> None:
    number = drafted(cast)
    other = replace(BUYING, limit=None, unit="it")
    by: dict[str, Any] = {"actor": cast.process_owner, "at": later(5)}
    with witness.watching() as seen:
        actions.change_mandate(number, content=other, revision=1, **by)
    assert set(seen.entry.changes) == {"limit", "unit"}
    with witness.watching() as seen:
        actions.change_mandate(number, content=other, **by)
    assert seen.verbs == []
    with witness.refused(WrongState):
        actions.change_mandate(number, content=BUYING, revision=1, **by)
    actions.put_in_force(number, **by)
    with witness.refused(WrongState):
        actions.change_mandate(number, content=BUYING, **by)


def test_it_is_put_into_force_once(cast: Cast, witness: Witness) -> None:
    number = drafted(cast)
    with witness.refused(WrongState):
        actions.put_in_force(number, revision=7, actor=cast.process_owner, at=AT)
    with witness.watching() as seen:
        actions.put_in_force(number, revision=1, actor=cast.process_owner, at=AT)
    assert seen.verbs == ["mandate.put_in_force"]
    assert type(seen.fact) is MandatePutInForce
    with witness.watching() as seen:
        actions.put_in_force(number, revision=1, actor=cast.process_owner, at=AT)
    assert seen.verbs == []
    shown = mandate(number, actor=cast.auditor, at=AT)
    assert (shown.in_force_from, shown.in_force_by) == (TODAY, "Bastian Nwosu-Hale")
    assert names(who_may(cast)) == ["tamsin.harrowgate"]


def test_whose_last_day_is_over_is_not_put_into_force(cast: Cast, witness: Witness) -> None:
    number = drafted(cast, valid_until=date(2026, 3, 1))
    with witness.refused(WrongState):
        actions.put_in_force(number, actor=cast.process_owner, at=AT)


def test_nobody_puts_a_mandate_into_force_that_they_hold(cast: Cast, witness: Witness) -> None:
    own = drafted(cast, holder="bastian.nwosu")
    by_role = drafted(cast, holder_kind=HolderKind.ROLE, holder="process_owner")
    assert mandate(own, actor=cast.process_owner, at=AT).is_own
    for number in (own, by_role):
        with witness.refused(NotAllowed):
            actions.put_in_force(number, actor=cast.process_owner, at=AT)
    granted = drafted(cast, holder_kind=HolderKind.ROLE, holder="manager")
    with witness.refused(WrongState):
        actions.put_in_force(granted, actor=cast.process_owner, at=AT)
    actions.put_in_force(own, actor=SYSTEM, at=AT)


def test_two_for_the_same_are_refused_unless_their_days_differ(
    cast: Cast, witness: Witness
) -> None:
    first = in_force(cast)
    second = drafted(cast, title="Again", limit=None)
    with witness.refused(WrongState) as caught:
        actions.put_in_force(second, actor=cast.process_owner, at=AT)
    assert first in str(caught.value.message)
    in_force(cast, valid_from=date(2027, 1, 1), valid_until=None)
    in_force(cast, unit="it")
    in_force(cast, service="mail")
    in_force(cast, subject=Subject.CONTRACT)
    actions.end_mandate(first, reason="A new one follows.", actor=cast.process_owner, at=AT)
    actions.put_in_force(second, actor=cast.process_owner, at=AT)


@pytest.mark.parametrize("state", MandateState)
@pytest.mark.parametrize("trigger", MandateTrigger)
def test_every_state_answers_every_trigger(
    cast: Cast, witness: Witness, state: MandateState, trigger: MandateTrigger
) -> None:
    number = drafted(cast)
    by: dict[str, Any] = {"actor": cast.process_owner, "at": later(1)}
    if state in (MandateState.IN_FORCE, MandateState.ENDED):
        actions.put_in_force(number, **by)
    if state is MandateState.ENDED:
        actions.end_mandate(number, reason="It is done.", **by)
    if state is MandateState.WITHDRAWN:
        actions.withdraw_mandate(number, reason="It was a mistake.", **by)
    deeds: dict[MandateTrigger, tuple[Any, dict[str, Any]]] = {
        MandateTrigger.PUT_IN_FORCE: (actions.put_in_force, {}),
        MandateTrigger.END: (actions.end_mandate, {"reason": "Enough."}),
        MandateTrigger.WITHDRAW: (actions.withdraw_mandate, {"reason": "Enough."}),
    }
    deed, given = deeds[trigger]
    if MANDATES.allows(state, trigger):
        deed(number, **given, **by)
        assert Mandate.objects.get().state == MANDATES.target(state, trigger)
    elif (state, trigger) == (MandateState.IN_FORCE, MandateTrigger.PUT_IN_FORCE):
        deed(number, **given, **by)
    else:
        with witness.refused(WrongState):
            deed(number, **given, **by)


def test_ending_says_why_and_on_that_day_nobody_may_any_more(cast: Cast, witness: Witness) -> None:
    number = in_force(cast)
    for reason in (" ", "x" * 1_001, "\0"):
        with witness.refused(Invalid):
            actions.end_mandate(number, reason=reason, actor=cast.process_owner, at=AT)
    end = later(days=10)
    with witness.watching() as seen:
        actions.withdraw_mandate(number, reason="Misused.", actor=cast.process_owner, at=end)
    assert seen.verbs == ["mandate.withdrawn"]
    assert type(seen.fact) is MandateEnded
    assert names(who_may(cast, on=date(2026, 3, 11))) == ["tamsin.harrowgate"]
    assert names(who_may(cast, on=date(2026, 3, 12))) == []
    assert names(who_may(cast, on=date(2026, 3, 1))) == []


def test_the_smallest_limit_that_is_enough_comes_first(cast: Cast) -> None:
    in_force(cast)
    in_force(cast, holder="adaeze.thornquist", limit=Money(Decimal(20000), "GBP"))
    in_force(cast, holder="kieran.ashdown", limit=None)
    in_force(cast, holder="petra.wolmar", limit=Money(Decimal(9000), "EUR"))
    assert names(who_may(cast, 5000)) == [
        "tamsin.harrowgate",
        "adaeze.thornquist",
        "kieran.ashdown",
    ]
    found = who_may(cast, 5001)
    assert names(found) == ["adaeze.thornquist", "kieran.ashdown"]
    assert found.other_currencies == ("EUR",)
    assert names(who_may(cast, 9000, currency="EUR")) == ["petra.wolmar", "kieran.ashdown"]
    assert len(names(who_may(cast))) == 4


def test_where_nobody_may_it_is_said_up_to_how_much_somebody_may(cast: Cast) -> None:
    in_force(cast)
    in_force(cast, holder="adaeze.thornquist", limit=Money(Decimal(7000), "GBP"))
    in_force(cast, holder_kind=HolderKind.ROLE, holder="budget_holder", limit=None)
    found = who_may(cast, 8000)
    assert found.approvers == ()
    assert found.highest == Money(Decimal(7000), "GBP")
    assert [each.person.code for each in found.highest_by] == ["adaeze.thornquist"]
    assert [row.holder_code for row in found.vacant] == ["budget_holder"]


def test_a_mandate_reaches_its_unit_with_all_below_or_its_service(cast: Cast) -> None:
    in_force(cast, unit="institute")
    in_force(cast, holder="adaeze.thornquist", service="mail")
    assert names(who_may(cast)) == []
    assert names(who_may(cast, unit="climate")) == ["tamsin.harrowgate"]
    assert names(who_may(cast, service="mail")) == ["adaeze.thornquist"]
    assert names(who_may(cast, service="laptop")) == []
    both = who_may(cast, service="mail", unit="institute")
    assert sorted(names(both)) == ["adaeze.thornquist", "tamsin.harrowgate"]


def test_who_holds_a_role_with_rights_holds_it_where_it_was_granted(cast: Cast) -> None:
    in_force(cast, holder_kind=HolderKind.ROLE, holder="budget_holder")
    grant("kieran.ashdown", "budget_holder", "it")
    assert names(who_may(cast, unit="it")) == ["kieran.ashdown"]
    assert names(who_may(cast, unit="climate")) == []
    assert names(who_may(cast)) == []
    grant("petra.wolmar", "budget_holder")
    assert names(who_may(cast)) == ["petra.wolmar"]
    mail = in_force(cast, holder_kind=HolderKind.ROLE, holder="service_owner", service="mail")
    assert sorted(names(who_may(cast, service="mail"))) == ["adaeze.thornquist", "petra.wolmar"]
    assert access.may_see(mail, actor=cast.service_owner)
    within = in_force(cast, holder_kind=HolderKind.ROLE, holder="budget_holder", unit="institute")
    assert mandate(within, actor=cast.auditor, at=AT).row.vacancy is Vacancy.NONE


def named(role: str, person: str, **more: Any) -> None:
    wanted = responsibility.NewAssignment(
        role=role, person=person, valid_from=date(2026, 1, 1), **more
    )
    responsibility.assign(wanted, actor=SYSTEM, at=AT)


def work_role(code: str, source: str = "assigned") -> None:
    responsibility.define_role(code, name=code, source=source, actor=SYSTEM, at=AT)


def test_who_is_named_for_a_role_in_the_work_holds_it(cast: Cast) -> None:
    work_role("buyer")
    number = in_force(cast, holder_kind=HolderKind.PROCESS_ROLE, holder="buyer")
    assert mandate(number, actor=cast.auditor, at=AT).row.vacancy is Vacancy.ROLE
    assert numbers(cast.auditor, vacant=True) == [number]
    named("buyer", "jonas.okereke", valid_until=date(2026, 6, 30))
    assert names(who_may(cast)) == ["jonas.okereke"]
    assert names(who_may(cast, on=date(2026, 7, 1))) == []
    assert numbers(cast.agent) == [number]
    assert numbers(cast.auditor, vacant=True) == []


def test_the_owner_of_a_service_is_known_and_whoever_differs_is_open(cast: Cast) -> None:
    work_role("owner", "service_owner")
    work_role("first", "level_1")
    work_role("helper", "case")
    by_owner = in_force(cast, holder_kind=HolderKind.PROCESS_ROLE, holder="owner")
    in_force(cast, holder_kind=HolderKind.PROCESS_ROLE, holder="first")
    in_force(cast, holder_kind=HolderKind.PROCESS_ROLE, holder="helper")
    assert mandate(by_owner, actor=cast.auditor, at=AT).row.is_open
    found = who_may(cast, service="laptop")
    assert "adaeze.thornquist" in names(found)
    assert "jonas.okereke" in names(found)
    assert [row.holder_code for row in found.open] == ["helper"]
    assert len(who_may(cast).open) == 3


def test_a_mandate_whose_holder_has_left_is_shown_as_such(cast: Cast) -> None:
    number = in_force(cast, holder="kieran.ashdown")
    people.deactivate_person(person_id("kieran.ashdown"), actor=SYSTEM, at=AT)
    assert mandate(number, actor=cast.auditor, at=AT).row.vacancy is Vacancy.LEFT
    found = who_may(cast)
    assert (names(found), [row.number for row in found.vacant]) == ([], [number])
    assert mandate_summary(actor=cast.auditor, at=AT).vacant == 1


def test_what_cannot_be_asked_is_said(cast: Cast) -> None:
    for asked, field in (
        ({"unit": "nowhere"}, "unit"),
        ({"unit": "\0"}, "unit"),
        ({"service": "nothing"}, "service"),
        ({"service": "\0"}, "service"),
        ({"amount": -1}, "cost"),
        ({"amount": 1, "currency": "pounds"}, "cost"),
        ({"amount": 1, "subject": Subject.DOCUMENT}, "cost"),
    ):
        with pytest.raises(Invalid) as caught:
            who_may(cast, **asked)
        assert list(caught.value.fields) == [field]
    with pytest.raises(NotAllowed):
        who_may_approve(Asked(Subject.PURCHASE, TODAY), actor=cast.requester)


def test_up_to_how_much_one_may(cast: Cast) -> None:
    in_force(cast, unit="climate")

    def own(who: Actor, code: str, currency: str = "GBP") -> Money | bool:
        return own_authority(
            Subject.PURCHASE,
            currency=currency,
            beneficiary_id=person_id(code),
            actor=who,
            on=TODAY,
        )

    assert own(cast.lead, "imre.castellane") == Money(Decimal(5000), "GBP")
    assert own(cast.lead, "imre.castellane", "EUR") is False
    assert own(cast.lead, "solveig.adeyemi") is False
    assert own(cast.lead, "nora.fitzallan") is False
    assert own(cast.agent, "imre.castellane") is False
    in_force(cast, limit=None)
    assert own(cast.lead, "solveig.adeyemi") is True


def test_the_register_is_narrowed(cast: Cast) -> None:
    draft = drafted(cast, title="Draft for documents", subject=Subject.DOCUMENT, limit=None)
    over = in_force(cast, title="Over soon", valid_until=date(2026, 3, 5), unit="it")
    mail = in_force(cast, title="Mail", service="mail")
    gone = in_force(cast, title="Gone", subject=Subject.CHANGE)
    actions.end_mandate(gone, reason="Done.", actor=cast.process_owner, at=AT)
    for who in (cast.process_owner, cast.manager, cast.auditor, cast.service_owner):
        assert numbers(who) == [draft, mail, over]
    assert numbers(cast.requester) == []
    assert numbers(cast.lead, state="all") == [draft, gone, mail, over]
    for asked, expected in (
        ({"state": "ended"}, [gone]),
        ({"state": "all", "subject": "change"}, [gone]),
        ({"unit": "it"}, [over]),
        ({"service": "mail"}, [mail]),
        ({"ending": "soon"}, [over]),
        ({"text": "mai"}, [mail]),
        ({"text": "\0"}, []),
        ({"vacant": True}, []),
    ):
        assert numbers(cast.auditor, **asked) == expected
    assert [row.number for row in whole_register(actor=cast.auditor, at=AT)] == [draft, mail, over]
    week = later(days=7)
    late = mandate_list(actor=cast.auditor, at=week, asked=MandateFilter(ending="over")).items
    assert [(row.number, row.is_over) for row in late] == [(over, True)]
    figures = mandate_summary(actor=cast.auditor, at=week)
    assert (figures.in_force, figures.drafts, figures.over, figures.vacant) == (2, 1, 1, 0)


def test_whoever_granted_it_is_told_when_it_runs_out(cast: Cast) -> None:
    drafted(cast)
    number = in_force(cast)
    asked = DueAsked(until=date(2026, 12, 31), actor=cast.manager, at=AT, is_own=True)
    (found,) = due_mandates(asked)
    assert (found.code, found.day, found.owner) == (
        number,
        date(2026, 12, 31),
        "Wendell Achterberg",
    )
    assert list(due_mandates(replace(asked, until=date(2026, 12, 30)))) == []
    assert list(due_mandates(replace(asked, actor=cast.auditor))) == []


def test_a_list_takes_as_many_queries_with_ten_as_with_three(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for position in range(10):
        in_force(
            cast,
            title=f"Mandate {position}",
            valid_from=date(2030 + position, 1, 1),
            valid_until=date(2030 + position, 1, 31),
        )
    with django_assert_max_num_queries(8):
        mandate_list(actor=cast.auditor, at=AT)
