"""Known outages: declared by who may, told to everybody, over with their incident."""

from __future__ import annotations

import pytest

from tests.cast import SYSTEM, Cast, later, opened
from tests.incidents import row
from tests.witness import Witness
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.resolution_fulfilment.incident import actions as incidents
from timshel.resolution_fulfilment.outage import actions
from timshel.resolution_fulfilment.outage.actions.notifying import tell_outage_over
from timshel.resolution_fulfilment.outage.events import (
    OutageChanged,
    OutageDeclared,
    OutageEnded,
)
from timshel.resolution_fulfilment.outage.queries import (
    affected_people,
    running_outages,
    words_of,
)
from timshel.resolution_fulfilment.outage.rules import OutageWords
from timshel.support.notification.models import Notice

pytestmark = pytest.mark.django_db
WORDS = OutageWords(
    "Mail cannot be sent",
    "Reading works. **Please wait** before sending.",
    {"fr": {"title": "Impossible d’envoyer du courrier", "message": ""}},
)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [OutageDeclared, OutageChanged, OutageEnded])


@pytest.fixture
def number(cast: Cast) -> str:
    return opened(cast.requester, service="mail", title="I cannot send mail")


def _declared(number: str, cast: Cast) -> None:
    actions.declare_outage(number, words=WORDS, actor=cast.lead, at=later(5))


def test_everybody_is_told_in_their_language(cast: Cast, number: str, witness: Witness) -> None:
    with witness.watching() as seen:
        _declared(number, cast)
    assert seen.verbs == ["outage.declared"]
    assert seen.entry.changes["outage"] == [None, "Mail cannot be sent"]
    assert seen.fact == OutageDeclared(row(number).pk, number, later(5), cast.lead.person_id)
    assert "outages" in seen.regions
    (told,) = running_outages(actor=cast.customer)
    assert (told.number, told.title, told.service) == (number, "Mail cannot be sent", "Mail")
    assert told.affected is None
    (french,) = running_outages(actor=cast.french_requester)
    assert french.title == "Impossible d’envoyer du courrier"
    assert french.message == WORDS.message
    assert running_outages(actor=cast.requester, service="laptop") == ()
    assert len(running_outages(actor=cast.requester, service="mail")) == 1


def test_other_words_replace_the_first_and_the_same_again_changes_nothing(
    cast: Cast, number: str, witness: Witness
) -> None:
    _declared(number, cast)
    other = OutageWords("Mail is slow")
    with witness.watching() as seen:
        actions.declare_outage(number, words=other, actor=cast.lead, at=later(9))
    assert seen.verbs == ["outage.changed"]
    assert seen.entry.changes["outage"] == ["Mail cannot be sent", "Mail is slow"]
    (told,) = running_outages(actor=cast.requester)
    assert (told.title, told.declared_at, told.changed_at) == ("Mail is slow", later(5), later(9))
    with witness.unmoved():
        actions.declare_outage(number, words=other, actor=cast.lead, at=later(11))


def test_it_is_over_when_it_is_ended_or_its_incident_is_resolved(
    cast: Cast, number: str, witness: Witness
) -> None:
    _declared(number, cast)
    incidents.resolve_incident(
        number, code="fixed", text="Restarted.", actor=cast.lead, at=later(9)
    )
    assert running_outages(actor=cast.requester) == ()
    incidents.reopen_incident(number, reason="Again.", actor=cast.lead, at=later(12))
    assert len(running_outages(actor=cast.requester)) == 1
    with witness.watching() as seen:
        actions.end_outage(number, actor=cast.lead, at=later(15))
    assert seen.verbs == ["outage.ended"]
    assert isinstance(seen.fact, OutageEnded)
    assert running_outages(actor=cast.requester) == ()
    told = words_of(row(number).pk)
    assert told is not None
    assert not told.is_running
    _declared(number, cast)
    assert len(running_outages(actor=cast.requester)) == 1


def test_only_who_may_declares_or_ends_one(cast: Cast, number: str, witness: Witness) -> None:
    for who, refusal in ((cast.agent, NotAllowed), (cast.other_requester, NotFound)):
        with witness.refused(refusal):
            actions.declare_outage(number, words=WORDS, actor=who, at=later(5))
    _declared(number, cast)
    with witness.refused(NotAllowed):
        actions.end_outage(number, actor=cast.agent, at=later(6))
    other = opened(cast.requester)
    with witness.refused(NotFound):
        actions.end_outage(other, actor=cast.lead, at=later(6))


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (OutageWords(" "), "title"),
        (OutageWords("x" * 201), "title"),
        (OutageWords("Mail", "a\0b"), "message"),
        (OutageWords("Mail", translations={"fr": {"title": "x" * 201}}), "title_fr"),
    ],
)
def test_words_that_cannot_be_are_refused_at_their_field(
    cast: Cast, number: str, witness: Witness, words: OutageWords, field: str
) -> None:
    with witness.refused(Invalid) as caught:
        actions.declare_outage(number, words=words, actor=cast.lead, at=later(5))
    assert list(caught.value.fields) == [field]


def test_what_is_over_cannot_be_told(cast: Cast, number: str, witness: Witness) -> None:
    incidents.resolve_incident(number, code="fixed", text="Done.", actor=cast.lead, at=later(3))
    with witness.refused(WrongState):
        actions.declare_outage(number, words=WORDS, actor=cast.lead, at=later(5))


def test_whoever_is_hit_too_says_so_once(cast: Cast, number: str, witness: Witness) -> None:
    _declared(number, cast)
    assert actions.join_outage(number, actor=cast.other_requester, at=later(6)) == 1
    assert actions.join_outage(number.lower(), actor=cast.other_requester, at=later(7)) == 1
    assert actions.join_outage(number, actor=cast.customer, at=later(7)) == 2
    (told,) = running_outages(actor=cast.other_requester)
    assert told.is_affected
    (inside,) = running_outages(actor=cast.agent)
    assert (inside.is_affected, inside.affected) == (False, 2)
    assert set(affected_people(row(number).pk)) == {
        cast.other_requester.person_id,
        cast.customer.person_id,
    }
    nobody: Actor = SYSTEM
    with witness.refused(NotAllowed):
        actions.join_outage(number, actor=nobody, at=later(8))
    incidents.resolve_incident(number, code="fixed", text="Done.", actor=cast.lead, at=later(9))
    with witness.refused(NotFound):
        actions.join_outage(number, actor=cast.requester, at=later(10))


def test_whoever_is_hit_hears_once_that_it_is_over_in_their_language(
    cast: Cast, number: str
) -> None:
    _declared(number, cast)
    for who in (cast.other_requester, cast.french_requester, cast.lead):
        actions.join_outage(number, actor=who, at=later(6))
    given = {
        "happened_at": later(9),
        "by_person_id": cast.lead.person_id,
        "at": later(10),
    }
    assert tell_outage_over(row(number).pk, **given) == 2
    assert tell_outage_over(row(number).pk, **given) == 0
    told = {notice.person_id: notice.parts["title"] for notice in Notice.objects.all()}
    assert told == {
        cast.other_requester.person_id: "Mail cannot be sent",
        cast.french_requester.person_id: "Impossible d’envoyer du courrier",
    }
    assert tell_outage_over(row(opened(cast.requester)).pk, **given) == 0
