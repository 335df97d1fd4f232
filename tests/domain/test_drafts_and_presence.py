"""What a person types is kept for that person alone; who looks at a record shows for seconds."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import AT, Cast, later, opened
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.models import Draft, Presence
from timshel.resolution_fulfilment.incident.actions import assign_incident


def texts(number: str, cast: Cast, who: str = "agent") -> dict[str, str]:
    found = queries.drafts_of(number, actor=getattr(cast, who))
    return {box: draft.text for box, draft in found.items()}


def test_a_draft_is_kept_as_typed_for_each_box(cast: Cast) -> None:
    number = opened(cast.requester)
    written = Entry.objects.count()
    actions.save_draft(number, box="reply", text="Dear", actor=cast.agent, at=AT)
    actions.save_draft(number, box="reply", text="Dear Imre, ", actor=cast.agent, at=later(1))
    actions.save_draft(number, box="note", text="odd", actor=cast.agent, at=AT)
    assert texts(number, cast) == {"reply": "Dear Imre, ", "note": "odd"}
    assert queries.drafts_of(number.lower(), actor=cast.agent)["reply"].saved_at == later(1)
    assert Entry.objects.count() == written


def test_a_draft_is_private(cast: Cast) -> None:
    number = opened(cast.requester)
    actions.save_draft(number, box="note", text="odd", actor=cast.agent, at=AT)
    for who in ("second_agent", "lead", "requester", "administrator"):
        assert texts(number, cast, who) == {}
    assert [each.number for each in queries.draft_list(actor=cast.agent)] == [number]
    assert queries.draft_list(actor=cast.lead) == ()


def test_a_draft_that_was_sent_or_emptied_is_gone(cast: Cast) -> None:
    number = opened(cast.requester)
    for box in ("reply", "note", "resolve"):
        actions.save_draft(number, box=box, text="x", actor=cast.agent, at=AT)
    actions.discard_draft(number, box="reply", actor=cast.agent, at=AT)
    actions.discard_draft(number, box="reply", actor=cast.agent, at=AT)
    actions.save_draft(number, box="note", text="  \n", actor=cast.agent, at=AT)
    assert texts(number, cast) == {"resolve": "x"}


def test_drafts_are_refused_where_the_work_is_not_seen(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.refused(NotFound):
        actions.save_draft(number, box="note", text="x", actor=cast.facilities_agent, at=AT)
    with witness.refused(NotAllowed):  # the desk is not the requester's place
        actions.save_draft(number, box="note", text="x", actor=cast.requester, at=AT)
    for box, text in (("Reply!", "x"), ("", "x"), ("note", "a\0b"), ("note", "x" * 50_001)):
        with witness.refused(Invalid):
            actions.save_draft(number, box=box, text=text, actor=cast.agent, at=AT)


def test_a_draft_of_work_that_is_seen_no_more_is_not_shown(cast: Cast) -> None:
    number = opened(cast.requester)
    actions.save_draft(number, box="note", text="x", actor=cast.agent, at=AT)
    assign_incident(number, team="facilities-desk", actor=cast.lead, at=later(1))
    assert texts(number, cast) == {}
    assert queries.draft_list(actor=cast.agent) == ()


def test_old_drafts_are_forgotten(cast: Cast) -> None:
    number = opened(cast.requester)
    actions.save_draft(number, box="note", text="x", actor=cast.agent, at=AT)
    actions.save_draft(number, box="reply", text="y", actor=cast.agent, at=later(days=1))
    assert actions.forget_old_drafts(at=later(days=90, minutes=1)) == 1
    assert [each.box for each in Draft.objects.all()] == ["reply"]


def here(number: str, cast: Cast, who: str = "agent", seconds: int = 0) -> list[tuple[str, str]]:
    found = queries.present(number, actor=getattr(cast, who), at=later(seconds / 60))
    return [(each.name, each.typing_in) for each in found]


def test_who_looks_at_a_record_shows_to_the_others_for_seconds(cast: Cast) -> None:
    number = opened(cast.requester)
    actions.show_presence(number, actor=cast.agent, at=AT)
    actions.show_presence(number, typing_in="reply", actor=cast.lead, at=AT)
    assert here(number, cast) == [(cast.lead.name, "reply")]
    assert here(number, cast, "lead") == [(cast.agent.name, "")]
    assert here(number, cast, seconds=25) == [(cast.lead.name, "reply")]
    assert here(number, cast, seconds=26) == []


def test_a_heartbeat_renews_leaving_ends_and_stale_rows_go(cast: Cast) -> None:
    number, other = opened(cast.requester), opened(cast.requester)
    actions.show_presence(number, typing_in="note", actor=cast.lead, at=AT)
    actions.show_presence(number, actor=cast.lead, at=later(20 / 60))
    assert here(number, cast, seconds=40) == [(cast.lead.name, "")]
    actions.leave(number, actor=cast.lead, at=later(21 / 60))
    actions.leave(number, actor=cast.lead, at=later(21 / 60))
    assert here(number, cast, seconds=22) == []
    actions.show_presence(number, actor=cast.lead, at=AT)
    actions.show_presence(other, actor=cast.lead, at=later(1))
    assert [each.work_item.number for each in Presence.objects.all()] == [other]
    assert actions.forget_presence(at=later(2)) == 1


def test_presence_is_of_the_desk_and_leaves_no_trace(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.refused(NotAllowed):
        actions.show_presence(number, actor=cast.requester, at=AT)
    with witness.refused(NotFound):
        actions.show_presence(number, actor=cast.facilities_agent, at=AT)
    with pytest.raises(NotAllowed):
        queries.present(number, actor=cast.requester, at=AT)
    with witness.watching() as seen:
        actions.show_presence(number, typing_in="<b>", actor=cast.agent, at=AT)
    assert (seen.verbs, seen.facts, seen.regions) == ([], [], set())
    assert Presence.objects.get().box == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'teamwork_presence'")
        assert cursor.fetchone()[0] == "u"


def test_the_page_of_a_record_reads_it_all_together(cast: Cast) -> None:
    number, other = opened(cast.requester), opened(cast.requester)
    actions.show_presence(number, typing_in="reply", actor=cast.lead, at=AT)
    actions.show_presence(other, actor=cast.second_agent, at=AT)
    actions.save_draft(number, box="note", text="odd", actor=cast.agent, at=AT)
    actions.save_draft(number, box="reply", text="theirs", actor=cast.lead, at=AT)
    actions.tag_work(number, tags=["campus"], actor=cast.agent, at=AT)
    found = queries.at_desk(number, actor=cast.agent, at=AT)
    assert found.around == queries.around(number, actor=cast.agent, at=AT)
    assert found.around.tags == ("campus",)
    assert found.present == queries.present(number, actor=cast.agent, at=AT)
    assert found.drafts == queries.drafts_of(number, actor=cast.agent)
    assert set(found.drafts) == {"note"}
    with pytest.raises(NotAllowed):
        queries.at_desk(number, actor=cast.requester, at=AT)
