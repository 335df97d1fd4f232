"""What is like a report: similar cases under the reader's rights, and help before reporting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.catalogue import publish_catalogue
from tests.incidents import in_stage
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident import actions as incidents
from timshel.resolution_fulfilment.matching.actions import note_deflection
from timshel.resolution_fulfilment.matching.models import Deflection
from timshel.resolution_fulfilment.matching.queries import similar_cases, suggestions
from timshel.resolution_fulfilment.matching.states import Help
from timshel.resolution_fulfilment.outage.actions import declare_outage
from timshel.resolution_fulfilment.outage.rules import OutageWords

pytestmark = pytest.mark.django_db


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [])


def test_open_cases_with_the_same_telling_words_come_first(cast: Cast) -> None:
    opened(cast.other_requester, title="The coffee machine is empty", service="heating")
    near = opened(cast.other_requester, title="Docking station does not charge the laptop")
    far = opened(cast.other_requester, title="Laptop is slow")
    number = opened(cast.requester, title="Laptop does not charge in the docking station")
    found = similar_cases(number, actor=cast.lead, at=later(9))
    assert found.open[0].number == near
    assert set(found.open[0].words) <= {"charge", "docking", "station", "laptop"}
    assert found.open[0].same_service
    assert all(case.number != number for case in found.open)
    assert [case.number for case in found.open] in ([near], [near, far])


def test_recent_ones_tell_how_they_were_resolved(cast: Cast) -> None:
    done = in_stage(Stage.RESOLVED, cast, title="Docking station does not charge")
    number = opened(cast.other_requester, title="My docking station does not charge any more")
    found = similar_cases(number, actor=cast.lead, at=later(9))
    (case,) = found.resolved
    assert (case.number, case.resolution, case.resolution_text) == (done, "Fixed", "New cable.")
    assert found.open == ()
    later_on = AT + timedelta(days=400)
    assert similar_cases(number, actor=cast.lead, at=later_on).resolved == ()


def test_words_are_found_across_their_forms_and_accents(cast: Cast) -> None:
    one = opened(cast.french_requester, title="Écrans noirs après la mise à jour")
    number = opened(cast.requester, title="Ecran noir depuis la mise a jour")
    found = similar_cases(number, actor=cast.lead, at=later(9))
    assert [case.number for case in found.open] == [one]


def test_nothing_is_shown_that_the_reader_may_not_see(cast: Cast) -> None:
    opened(cast.other_requester, title="Heating in room 12 is cold", service="heating")
    number = opened(cast.requester, title="Heating in room 12 is cold", service="laptop")
    assert similar_cases(number, actor=cast.agent, at=later(9)).open == ()
    assert len(similar_cases(number, actor=cast.process_owner, at=later(9)).open) == 1
    with pytest.raises(NotFound):
        similar_cases(number, actor=cast.other_requester, at=later(9))


def test_parents_children_and_siblings_are_tied_already(cast: Cast) -> None:
    parent = opened(cast.other_requester, title="Docking stations do not charge")
    number = opened(cast.requester, title="Docking station does not charge")
    incidents.change_incident(
        number, changes={"parent": parent}, seen_version=1, actor=cast.lead, at=later(2)
    )
    assert similar_cases(number, actor=cast.lead, at=later(9)).open == ()
    assert similar_cases(parent, actor=cast.lead, at=later(9)).open == ()


def _outage(cast: Cast) -> str:
    number = opened(cast.other_requester, title="Cannot send mail", service="mail")
    words = OutageWords("Mail cannot be sent", "We are at it.")
    declare_outage(number, words=words, actor=cast.lead, at=later(2))
    return number


def test_an_outage_of_the_service_is_shown_beside_a_case(cast: Cast) -> None:
    known = _outage(cast)
    number = opened(cast.requester, title="Sending hangs", service="mail")
    found = similar_cases(number, actor=cast.lead, at=later(9))
    assert [each.number for each in found.outages] == [known]
    assert similar_cases(known, actor=cast.lead, at=later(9)).outages == ()


def test_who_types_a_report_is_shown_outages_answers_and_own_cases(cast: Cast) -> None:
    publish_catalogue()
    known = _outage(cast)
    mine = opened(cast.requester, title="The old laptop hums")
    opened(cast.other_requester, title="The old laptop hums too")
    ask = {"actor": cast.requester, "at": later(9)}
    assert not suggestions("", service=None, **ask)
    found = suggestions("I cannot send any mail", service=None, **ask)
    assert [each.number for each in found.outages] == [known]
    assert [each.number for each in suggestions("x", service="mail", **ask).outages] == [known]
    about = suggestions("my old laptop hums", service="laptop", **ask)
    assert [case.number for case in about.cases] == [mine]
    assert [(each.offering, each.question) for each in about.answers] == [
        ("laptop-standard", "And the old one?")
    ]
    theirs = suggestions("what about the old one", service=None, actor=cast.customer, at=later(9))
    assert theirs.answers == ()


def test_what_helped_is_counted_once_a_day(cast: Cast, witness: Witness) -> None:
    given = {"help": Help.OUTAGE, "text": "mail", "actor": cast.requester}
    assert note_deflection("INC1", **given, at=AT)
    assert not note_deflection("INC1", **given, at=later(hours=23))
    assert note_deflection("INC2", **given, at=later(hours=23))
    assert note_deflection("INC1", **given, at=later(hours=25))
    assert Deflection.objects.count() == 3
    with witness.refused(NotAllowed):
        note_deflection("INC1", **{**given, "actor": SYSTEM}, at=AT)
    with witness.refused(Invalid):
        note_deflection("x" * 81, **given, at=later(days=3))
