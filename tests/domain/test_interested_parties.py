"""Interested parties: who they are, what they need, what meets it and how far."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.cast import SYSTEM, Cast, later
from tests.witness import Witness
from timshel.context.interested_parties import access, actions, queries
from timshel.context.interested_parties.events import NeedJudged, PartyReviewed
from timshel.context.interested_parties.models import Need
from timshel.context.interested_parties.rules import NeedContent, NeedLink, PartyContent
from timshel.context.interested_parties.states import Basis, LinkKind, PartyKind, Standing
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db
HARBOUR = PartyContent(
    name="Harbour Authority",
    kind=PartyKind.CUSTOMER,
    spoken_for_by="The head of operations",
    influence=3,
    interest=2,
)
ANSWER = NeedContent("An answer within an hour", basis=Basis.CONTRACT)
SLA = NeedLink(LinkKind.AGREEMENT, "harbour-gold")


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [PartyReviewed, NeedJudged])


@pytest.fixture
def harbour(cast: Cast) -> str:
    actions.add_party("harbour", content=HARBOUR, actor=SYSTEM, at=later())
    return "harbour"


def needed(content: NeedContent = ANSWER, by: Actor = SYSTEM) -> str:
    return actions.add_need("harbour", content=content, actor=by, at=later())


def test_a_party_is_added_changed_and_placed(cast: Cast, witness: Witness) -> None:
    who = cast.process_owner
    with witness.watching() as seen:
        actions.add_party("harbour", content=HARBOUR, actor=who, at=later())
    assert seen.verbs == ["context.party_added"]
    assert seen.entry.changes["code"] == [None, "harbour"]
    assert seen.regions == {"context"}
    (row,) = queries.party_list(actor=cast.manager, at=later()).items
    assert (row.name, row.review_date, row.needs) == ("Harbour Authority", date(2027, 3, 2), 0)
    matrix = queries.party_matrix(actor=cast.manager)
    assert [each.influence for each in matrix] == [3, 2, 1]
    assert [place.code for place in matrix[0].cells[1]] == ["harbour"]
    new = replace(HARBOUR, interest=3)
    with witness.watching() as seen:
        actions.change_party("harbour", content=new, revision=1, actor=who, at=later(1))
    assert seen.entry.changes == {"interest": [2, 3]}
    with witness.watching() as seen:
        actions.change_party("harbour", content=new, revision=2, actor=who, at=later(1))
    assert seen.verbs == []
    with witness.refused(WrongState):
        actions.change_party("harbour", content=HARBOUR, revision=1, actor=who, at=later(1))


@pytest.mark.parametrize(
    ("code", "change", "field"),
    [
        ("harbour", {}, "code"),
        ("not a code", {}, "code"),
        ("new", {"name": ""}, "name"),
        ("new", {"spoken_for_by": "x" * 201}, "spoken_for_by"),
        ("new", {"influence": 4}, "influence"),
        ("new", {"interest": 0}, "interest"),
        ("new", {"review_months": 0}, "review_months"),
    ],
)
def test_what_is_wrong_with_a_party_is_said(
    cast: Cast, witness: Witness, harbour: str, code: str, change: dict[str, object], field: str
) -> None:
    content = replace(HARBOUR, **change)  # type: ignore[arg-type]
    with witness.refused(Invalid) as caught:
        actions.add_party(code, content=content, actor=cast.process_owner, at=later())
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == [field]


def test_needs_are_judged_and_traced(cast: Cast, witness: Witness, harbour: str) -> None:
    who = cast.process_owner
    with witness.watching() as seen:
        number = needed(by=who)
    assert seen.verbs == ["context.need_added"]
    assert seen.fact == NeedJudged("harbour", number, "not_met", later(), who.person_id)
    with witness.watching() as seen:
        assert needed(by=who) == number
    assert seen.verbs == []
    assert not queries.need(number, actor=who).is_traced
    with witness.refused(Invalid) as caught:
        met = replace(ANSWER, standing=Standing.MET)
        actions.change_need(number, content=met, revision=1, actor=who, at=later())
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == ["standing"]
    met = replace(ANSWER, standing=Standing.MET, links=(SLA, SLA))
    with witness.watching() as seen:
        actions.change_need(number, content=met, revision=1, actor=who, at=later())
    assert seen.entry.changes["met_by"] == [[], ["agreement harbour-gold"]]
    assert seen.entry.changes["standing"] == ["not_met", "met"]
    with witness.watching() as seen:
        actions.change_need(number, content=met, revision=2, actor=who, at=later())
    assert seen.verbs == []
    with witness.refused(WrongState):
        actions.change_need(number, content=ANSWER, revision=1, actor=who, at=later())
    assert queries.need(number, actor=cast.auditor).links == (SLA,)
    lost = needed(NeedContent("Reports", basis=Basis.LAW))

    def listed(**asked: object) -> list[str]:
        page = queries.need_list(actor=who, **asked)  # type: ignore[arg-type]
        return [row.number for row in page.items]

    assert listed() == [number, lost]
    assert listed(is_traced=True) == listed(met_by=SLA) == listed(standing=Standing.MET) == [number]
    assert listed(is_traced=False) == listed(basis=Basis.LAW) == [lost]
    assert listed(party="nobody") == []
    assert [row.number for row in queries.needs_open(actor=who)] == [lost]
    (row,) = queries.party_list(actor=who, at=later(), kind=PartyKind.CUSTOMER).items
    assert (row.needs, row.not_met, row.not_traced) == (2, 1, 1)
    with witness.watching() as seen:
        actions.remove_need(lost, actor=who, at=later())
    assert seen.entry.changes["text"] == ["Reports", None]
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "\0"}, "text"),
        ({"links": (NeedLink(LinkKind.SERVICE, ""),)}, "links"),
        ({"links": tuple(NeedLink(LinkKind.SERVICE, f"s{n}") for n in range(9))}, "links"),
    ],
)
def test_what_is_wrong_with_a_need_is_said(
    cast: Cast, witness: Witness, harbour: str, change: dict[str, object], field: str
) -> None:
    with witness.refused(Invalid) as caught:
        needed(replace(ANSWER, **change), cast.process_owner)  # type: ignore[arg-type]
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == [field]


def test_a_review_is_kept(cast: Cast, witness: Witness, harbour: str) -> None:
    who = cast.process_owner
    assert queries.parties_due(actor=who, at=later()) == ()
    (due,) = queries.parties_due(actor=who, at=later(days=400))
    assert due.is_due
    with witness.watching() as seen:
        actions.review_party("harbour", finding="As before.", revision=1, actor=who, at=later(1))
    assert seen.verbs == ["context.party_reviewed"]
    assert seen.fact.code == "harbour"
    with witness.refused(WrongState):
        actions.review_party("harbour", finding="As before.", revision=1, actor=who, at=later(1))
    with witness.refused(Invalid):
        actions.review_party("harbour", finding="", revision=2, actor=who, at=later(1))
    (kept,) = queries.party("harbour", actor=cast.manager, at=later()).reviews
    assert (kept.finding, kept.by) == ("As before.", "Bastian Nwosu-Hale")


def test_rights(cast: Cast, witness: Witness, harbour: str) -> None:
    number = needed()
    for who, kind in (
        (cast.manager, NotAllowed),
        (cast.agent, NotFound),
        (cast.requester, NotFound),
    ):
        with witness.refused(NotAllowed):
            actions.add_party("other", content=HARBOUR, actor=who, at=later())
        with witness.refused(kind):
            actions.change_party("harbour", content=HARBOUR, revision=1, actor=who, at=later())
        with witness.refused(kind):
            actions.review_party("harbour", finding="x", revision=1, actor=who, at=later())
        with witness.refused(kind):
            needed(by=who)
        with witness.refused(kind):
            actions.change_need(number, content=ANSWER, revision=1, actor=who, at=later())
        with witness.refused(kind):
            actions.remove_need(number, actor=who, at=later())
    assert not access.may_see(cast.agent)
    assert queries.party_list(actor=cast.agent, at=later()).items == ()
    assert queries.need_list(actor=cast.agent).items == ()
    for unknown in ("nobody", "\0"):
        with pytest.raises(NotFound):
            queries.party(unknown, actor=cast.manager, at=later())
    with pytest.raises(NotFound):
        queries.need("NED9999999", actor=cast.manager)
