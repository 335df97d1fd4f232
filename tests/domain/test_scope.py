"""The scope statement: drafted, approved, superseded, and held against the records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later
from tests.witness import Witness
from timshel.context.organization import actions as organization
from timshel.context.organization.models import Customer
from timshel.context.scope import access, actions, queries
from timshel.context.scope.events import ScopeApproved
from timshel.context.scope.models import ScopeStatement
from timshel.context.scope.rules import (
    CoveredItem,
    Exclusion,
    Recorded,
    ScopeContent,
    differences,
)
from timshel.context.scope.states import SCOPES, Gap, ItemKind, ScopeState, ScopeTrigger
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db
MAIL = CoveredItem(ItemKind.SERVICE, "mail", "Mail")
WHOLE = CoveredItem(ItemKind.UNIT, "it")
BRACKWATER = CoveredItem(ItemKind.CUSTOMER, "brackwater")
FIRST = ScopeContent(
    "Services of information technology for the institute.",
    "Own machine rooms.",
    (MAIL, WHOLE, BRACKWATER),
    (Exclusion(ItemKind.SITE, "lac-orme", "", "Run by its host."),),
)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [ScopeApproved])


@pytest.mark.parametrize("state", ScopeState)
@pytest.mark.parametrize("trigger", ScopeTrigger)
def test_every_step_from_every_state(state: ScopeState, trigger: ScopeTrigger) -> None:
    possible = {
        (ScopeState.DRAFT, ScopeTrigger.APPROVE): ScopeState.APPROVED,
        (ScopeState.APPROVED, ScopeTrigger.SUPERSEDE): ScopeState.SUPERSEDED,
    }
    if (state, trigger) in possible:
        assert SCOPES.target(state, trigger) is possible[state, trigger]
    else:
        with pytest.raises(WrongState):
            SCOPES.target(state, trigger)


def test_a_version_is_drafted_approved_and_superseded(cast: Cast, witness: Witness) -> None:
    by: dict[str, Any] = {"actor": cast.process_owner}
    with witness.watching() as seen:
        assert actions.save_draft(content=FIRST, at=later(), **by) == 1
    assert seen.verbs == ["context.scope_drafted"]
    assert seen.regions == {"context"}
    draft = queries.scope_in_state(ScopeState.DRAFT, actor=cast.process_owner)
    assert draft is not None
    assert draft.may_change
    names = {each.code: each.name for each in draft.content.items}
    assert names == {
        "mail": "Mail",
        "it": "Information Technology",
        "brackwater": "Brackwater Harbour Authority",
    }
    with witness.watching() as seen:
        actions.save_draft(content=draft.content, revision=1, at=later(1), **by)
    assert seen.verbs == []
    for revision in (None, 2):
        with witness.refused(WrongState):
            actions.save_draft(
                content=replace(FIRST, technology=""), revision=revision, at=later(1), **by
            )
    actions.save_draft(content=replace(FIRST, technology="New."), revision=1, at=later(1), **by)
    with witness.refused(WrongState):
        actions.approve_draft(revision=1, at=later(2), **by)
    with witness.watching() as seen:
        actions.approve_draft(revision=2, at=later(2), **by)
    assert seen.verbs == ["context.scope_approved"]
    assert seen.fact == ScopeApproved(1, later(2), cast.process_owner.person_id)
    with witness.refused(NotFound):
        actions.approve_draft(revision=3, at=later(2), **by)
    second = replace(FIRST, items=(MAIL,))
    assert actions.save_draft(content=second, at=later(3), **by) == 2
    actions.approve_draft(revision=1, at=later(4), **by)
    versions = queries.version_list(actor=cast.auditor).items
    assert [(row.version, row.state.value) for row in versions] == [
        (2, "approved"),
        (1, "superseded"),
    ]
    assert versions[0].approved_by == "Bastian Nwosu-Hale"
    kept = queries.scope_version(1, actor=cast.auditor)
    assert len(kept.content.items) == 3
    assert kept.content.exclusions[0].name == "Lac-de-l’Orme"


def test_a_draft_is_thrown_away(cast: Cast, witness: Witness) -> None:
    actions.save_draft(content=FIRST, actor=SYSTEM, at=later())
    with witness.watching() as seen:
        actions.discard_draft(actor=cast.process_owner, at=later())
    assert seen.verbs == ["context.scope_discarded"]
    with witness.refused(NotFound):
        actions.discard_draft(actor=cast.process_owner, at=later())
    assert queries.scope_in_state(ScopeState.DRAFT, actor=cast.manager) is None


def test_what_went_meanwhile_is_not_approved(cast: Cast, witness: Witness) -> None:
    actions.save_draft(content=FIRST, actor=SYSTEM, at=later())
    Customer.objects.filter(code="brackwater").update(is_active=False)
    with witness.refused(WrongState) as caught:
        actions.approve_draft(revision=1, actor=cast.process_owner, at=later())
    assert "brackwater" in str(caught.value)
    again = replace(FIRST, technology="Same things.")
    actions.save_draft(content=again, revision=1, actor=SYSTEM, at=later())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"statement": " "}, "statement"),
        ({"technology": "\0"}, "technology"),
        ({"items": ()}, "items"),
        ({"items": (CoveredItem(ItemKind.UNIT, "nowhere"),)}, "items"),
        ({"items": (CoveredItem(ItemKind.SERVICE, "no code"),)}, "items"),
        ({"items": (CoveredItem(ItemKind.OTHER, "x"),)}, "items"),
        ({"exclusions": (Exclusion(ItemKind.SITE, "lac-orme", "", " "),)}, "exclusions"),
        ({"exclusions": (Exclusion(ItemKind.SITE, "nowhere", "", "Why"),)}, "exclusions"),
        ({"exclusions": (Exclusion(ItemKind.OTHER, "", " ", "Why"),)}, "exclusions"),
        ({"exclusions": (Exclusion(ItemKind.SERVICE, "mail", "", "Why"),)}, "exclusions"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, witness: Witness, change: dict[str, object], field: str
) -> None:
    with witness.refused(Invalid) as caught:
        actions.save_draft(
            content=replace(FIRST, **change),  # type: ignore[arg-type]
            actor=cast.process_owner,
            at=later(),
        )
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == [field]


def test_rights(cast: Cast, witness: Witness) -> None:
    actions.save_draft(content=FIRST, actor=SYSTEM, at=later())
    for who in (cast.manager, cast.auditor, cast.agent, cast.requester):
        with witness.refused(NotAllowed):
            actions.save_draft(content=FIRST, revision=1, actor=who, at=later())
        with witness.refused(NotAllowed):
            actions.approve_draft(revision=1, actor=who, at=later())
        with witness.refused(NotAllowed):
            actions.discard_draft(actor=who, at=later())
    assert queries.version_list(actor=cast.agent).items == ()
    assert not access.may_see(cast.agent)
    with pytest.raises(NotAllowed):
        access.require_view(cast.agent)
    for unknown in (2, 0, 2**40):
        with pytest.raises(NotFound):
            queries.scope_version(unknown, actor=cast.manager)
    with pytest.raises(NotFound):
        queries.scope_version(1, actor=cast.agent)


def test_differences_go_both_ways_and_follow_the_tree() -> None:
    records = {
        ItemKind.SERVICE: {"mail": Recorded("Mail"), "web": Recorded("Web")},
        ItemKind.UNIT: {
            "it": Recorded("IT"),
            "desk": Recorded("Desk", frozenset({"it"})),
            "law": Recorded("Law"),
        },
    }
    covered = [
        MAIL,
        WHOLE,
        CoveredItem(ItemKind.SERVICE, "fax", "Fax"),
        CoveredItem(ItemKind.SITE, "x", "X"),
    ]
    found = differences(covered, [], records=records)
    assert [(each.code, each.gap) for each in found] == [
        ("web", Gap.NOT_COVERED),
        ("fax", Gap.GONE),
        ("law", Gap.NOT_COVERED),
    ]
    left_out = [
        Exclusion(ItemKind.UNIT, "law", "Law", "Why"),
        Exclusion(ItemKind.SERVICE, "web", "Web", "Why"),
    ]
    assert [each.code for each in differences(covered, left_out, records=records)] == ["fax"]


def test_records_name_what_is_above(cast: Cast) -> None:
    organization.create_unit(code="lab", parent="climate", name="Lab", actor=SYSTEM, at=later())
    records = queries.organization_records(language="fr")
    assert records[ItemKind.UNIT]["lab"] == Recorded("Lab", frozenset({"climate", "institute"}))
    assert set(records[ItemKind.CUSTOMER]) == {"brackwater"}
    assert set(records[ItemKind.SITE]) == {"aldermoor", "lac-orme"}


def test_a_review_of_the_management_hears_of_the_context(cast: Cast) -> None:
    assert queries.context_summary(actor=cast.manager, at=later()).scope is None
    assert not queries.has_versions()
    actions.save_draft(content=FIRST, actor=SYSTEM, at=later())
    actions.approve_draft(revision=1, actor=SYSTEM, at=later())
    summary = queries.context_summary(actor=cast.manager, at=later())
    assert summary.scope is not None
    assert (summary.scope.version, summary.issues_due, summary.needs_open) == (1, (), ())
    assert queries.context_summary(actor=cast.agent, at=later()).scope is None
    assert ScopeStatement.objects.count() == 1
