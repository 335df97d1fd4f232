"""How it was: said by who asked, once it is done, and what came of it."""

from __future__ import annotations

import pytest

from tests.cast import AT, Cast, later, opened
from tests.incidents import in_stage, row
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.rating.actions import answer_rating, rate_work
from timshel.operation.rating.events import RatingAnswered, WorkRated
from timshel.operation.rating.queries import rating_list, rating_of
from timshel.operation.rating.telling import tell_answered, tell_rated
from timshel.operation.work.states import Stage
from timshel.support.notification.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def solved(cast: Cast) -> str:
    return in_stage(Stage.RESOLVED, cast)


def test_a_requester_says_how_it_was_and_can_change_it(
    cast: Cast, solved: str, witness: Witness
) -> None:
    with witness.watching() as seen:
        rate_work(solved, rating=2, comment=" Slow. ", actor=cast.requester, at=later(5))
    assert seen.verbs == ["incident.rated"]
    assert seen.entry.changes == {"rating": [None, 2], "rating_comment": ["", "Slow."]}
    assert seen.fact == WorkRated(row(solved).pk, solved, later(5), cast.requester.person_id, 2)
    with witness.unmoved():
        rate_work(solved, rating=2, comment="Slow.", actor=cast.requester, at=later(6))
    answer_rating(solved, text="We are sorry.", actor=cast.lead, at=later(7))
    rate_work(solved, rating=4, actor=cast.requester, at=later(8))
    said = rating_of(row(solved).pk)
    assert said is not None
    assert (said.score, said.comment, said.answer) == (4, "", "")


def test_what_cannot_be_rated(cast: Cast, solved: str, witness: Witness) -> None:
    for wrong in (0, 6):
        with witness.refused(Invalid):
            rate_work(solved, rating=wrong, actor=cast.requester, at=later(5))
    with witness.refused(NotAllowed):
        rate_work(solved, rating=5, actor=cast.lead, at=later(5))
    with witness.refused(NotFound):
        rate_work(solved, rating=5, actor=cast.other_requester, at=later(5))
    with witness.refused(WrongState):
        rate_work(solved, rating=5, actor=cast.requester, at=later(days=61))
    number = opened(cast.requester, at=AT)
    with witness.refused(WrongState):
        rate_work(number, rating=5, actor=cast.requester, at=later(5))


def test_whoever_answers_for_it_says_what_came_of_it(
    cast: Cast, solved: str, witness: Witness
) -> None:
    with witness.refused(NotFound):
        answer_rating(solved, text="Thanks.", actor=cast.lead, at=later(5))
    rate_work(solved, rating=1, actor=cast.requester, at=later(5))
    with witness.refused(NotAllowed):
        answer_rating(solved, text="Thanks.", actor=cast.agent, at=later(6))
    with witness.refused(Invalid):
        answer_rating(solved, text=" ", actor=cast.lead, at=later(6))
    with witness.watching() as seen:
        answer_rating(solved, text="More spare screens.", actor=cast.lead, at=later(7))
    assert seen.verbs == ["incident.rating_answered"]
    assert isinstance(seen.fact, RatingAnswered)
    said = rating_of(row(solved).pk)
    assert said is not None
    assert (said.answer, said.answered_by) == ("More spare screens.", cast.lead.name)


def test_the_list_holds_what_its_reader_sees(cast: Cast, solved: str) -> None:
    rate_work(solved, rating=1, actor=cast.requester, at=later(5))
    happy = in_stage(Stage.RESOLVED, cast)
    rate_work(happy, rating=5, actor=cast.requester, at=later(6))
    assert [each.number for each in rating_list(actor=cast.lead).items] == [happy, solved]
    (poor,) = rating_list(actor=cast.lead, unanswered=True).items
    assert (poor.number, poor.may_answer) == (solved, True)
    assert rating_list(actor=cast.facilities_agent).items == ()
    answer_rating(solved, text="Sorry.", actor=cast.lead, at=later(7))
    assert rating_list(actor=cast.lead, unanswered=True).items == ()


def test_leads_hear_of_poor_ones_and_requesters_what_came_of_them(cast: Cast, solved: str) -> None:
    key = row(solved).pk
    told = {"by_person_id": cast.requester.person_id, "at": later(6)}
    rate_work(solved, rating=3, actor=cast.requester, at=later(5))
    assert tell_rated(key, **told) == 0
    rate_work(solved, rating=2, actor=cast.requester, at=later(6))
    assert tell_rated(key, **told) == 1
    assert Notice.objects.get().person_id == cast.lead.person_id
    answered = {"by_person_id": cast.lead.person_id, "at": later(8)}
    assert tell_answered(key, **answered) == 0
    answer_rating(solved, text="Sorry.", actor=cast.lead, at=later(7))
    assert tell_answered(key, **answered) == 1
    assert tell_answered(key, **answered) == 0
