"""What one piece of work has to do with another: shown on both, to whoever may see the other."""

from __future__ import annotations

import pytest

from tests.cast import AT, Cast, later, opened
from tests.incidents import row
from tests.ordered import offer_laptop, ordered
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.models import WorkLink
from timshel.operation.work.deeds import read_deed
from timshel.operation.work.handling import perform


def link(number: str, to: str, cast: Cast, *, kind: str = "related", who: str = "agent") -> None:
    actions.link_work(number, to=to, kind=kind, actor=getattr(cast, who), at=AT)


def links(number: str, cast: Cast, who: str = "lead") -> list[tuple[str, str]]:
    found = queries.around(number, actor=getattr(cast, who), at=later(5)).links
    return [(str(each.kind_name), each.number) for each in found]


def test_a_link_shows_on_both(cast: Cast, witness: Witness) -> None:
    first, second = opened(cast.requester), opened(cast.other_requester)
    with witness.watching() as seen:
        link(first, second.lower(), cast, kind="caused_by")
    assert seen.verbs == ["work.linked"]
    assert {f"work_item:{row(each).pk}" for each in (first, second)} <= seen.regions
    assert links(first, cast) == [("Caused by", second)]
    assert links(second, cast) == [("Cause of", first)]


def test_work_of_all_kinds_is_linked(cast: Cast) -> None:
    offer_laptop(cast)
    incident, request = opened(cast.requester), ordered(cast.requester)
    link(incident, request, cast, who="lead")
    assert links(incident, cast) == [("Related to", request)]
    deed = read_deed({"do": "link", "to": incident, "kind": "duplicate_of"})
    perform(request, deed, actor=cast.lead, at=AT)
    assert links(request, cast) == [("Duplicate of", incident), ("Related to", incident)]


def test_the_same_link_again_changes_nothing(cast: Cast, witness: Witness) -> None:
    first, second = opened(cast.requester), opened(cast.requester)
    link(first, second, cast)
    with witness.unmoved():
        link(first, second, cast)
        link(second, first, cast)
    link(first, second, cast, kind="caused_by")
    with witness.refused(Invalid):  # nothing causes its own cause
        link(second, first, cast, kind="caused_by")


def test_what_cannot_be_linked(cast: Cast, witness: Witness) -> None:
    first, other = opened(cast.requester), opened(cast.requester)
    hidden = opened(cast.requester, service="heating")
    for to, kind in (
        (first, "related"),
        ("INC9999999", "related"),
        (hidden, "related"),
        ("", "related"),
        ("a\0", "related"),
        (other, "likes"),
    ):
        with witness.refused(Invalid):
            link(first, to, cast, kind=kind)
    with witness.refused(NotAllowed):
        link(first, other, cast, who="manager")
    with witness.refused(NotFound):
        link(first, hidden, cast, who="facilities_agent")


def test_a_link_to_what_one_may_not_see_is_not_shown(cast: Cast) -> None:
    first, other = opened(cast.requester), opened(cast.requester, service="heating")
    WorkLink.objects.create(source=row(first), target=row(other), kind="related", at=AT)
    assert links(first, cast, "agent") == []
    assert links(first, cast, "manager") == [("Related to", other)]
    assert links(first, cast, "requester") == []  # links are the helpers'
    key = WorkLink.objects.get().pk
    with pytest.raises(NotFound):
        actions.unlink_work(first, link_id=key, actor=cast.agent, at=AT)


def test_a_link_is_taken_away_from_either_side(cast: Cast, witness: Witness) -> None:
    first, second, third = (opened(cast.requester) for _each in range(3))
    link(first, second, cast)
    key = WorkLink.objects.get().pk
    with witness.refused(NotAllowed):
        actions.unlink_work(second, link_id=key, actor=cast.manager, at=AT)
    with witness.refused(NotFound):
        actions.unlink_work(third, link_id=key, actor=cast.agent, at=AT)
    with witness.watching() as seen:
        actions.unlink_work(second, link_id=key, actor=cast.agent, at=AT)
    assert seen.verbs == ["work.unlinked"]
    assert links(first, cast) == links(second, cast) == []
    with witness.refused(NotFound):
        actions.unlink_work(second, link_id=key, actor=cast.agent, at=AT)


def matching(text: str, cast: Cast, who: str = "agent", **more: list[str]) -> list[str]:
    found = queries.work_matching(text, actor=getattr(cast, who), **more)
    return [each.number for each in found]


def test_other_work_is_found_by_number_or_title_as_one_types(cast: Cast) -> None:
    first = opened(cast.requester, title="The printer jams", at=AT)
    second = opened(cast.requester, title="Printer without toner", at=later(1))
    hidden = opened(cast.requester, title="The printer room is cold", service="heating")
    assert matching("print", cast) == [second, first]
    assert matching("printer jam", cast) == [first]
    assert matching(first.lower(), cast) == [first]
    assert matching("printer", cast, but=[second]) == [first]
    assert matching("printer", cast, kinds=["service_request"]) == []
    assert matching("printer", cast, "facilities_agent") == [hidden]
    assert matching("", cast) == matching("a\0", cast) == []
