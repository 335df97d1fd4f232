"""Who is named in a note hears of it, if they may read the note at all."""

from __future__ import annotations

import pytest

from tests.cast import AT, Cast, later, opened, person_id
from tests.incidents import row
from tests.witness import Witness
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.events import subscribe
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.events import PersonMentioned
from timshel.operation.teamwork.rules import named_codes
from timshel.operation.work.models import Comment
from timshel.resolution_fulfilment.incident.actions import (
    assign_incident,
    note_on_incident,
    reply_to_incident,
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("@jonas.okereke look", ("jonas.okereke",)),
        ("(@jonas.okereke), @Mirela.Dobrescu!", ("jonas.okereke", "Mirela.Dobrescu")),
        ("ends here: @jonas.okereke.", ("jonas.okereke",)),
        ("@a-b_c.d-", ("a-b_c.d",)),
        ("twice @a and @a", ("a",)),
        ("mail jonas@example.org or https://x.example/@jonas", ()),
        ("@ alone, @@", ()),
        ("", ()),
    ],
)
def test_names_in_a_text(text: str, codes: tuple[str, ...]) -> None:
    assert named_codes(text) == codes


def test_at_most_twenty_are_named() -> None:
    assert len(named_codes(" ".join(f"@p{each}" for each in range(30)))) == 20


def noted(number: str, text: str, by: Actor) -> Comment:
    event = note_on_incident(number, text=text, actor=by, at=later(1))
    return Comment.objects.get(pk=event.comment_id)


def test_a_note_tells_whom_it_names(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    heard: list[PersonMentioned] = []
    subscribe(PersonMentioned, heard.append)
    note = noted(number, "@mirela.dobrescu knows this, @jonas.okereke too", cast.agent)
    (fact,) = heard
    assert (fact.number, fact.kind, fact.comment_id) == (number, "incident", note.pk)
    assert fact.person_id == cast.second_agent.person_id  # not the author
    assert fact.by_person_id == cast.agent.person_id
    (line,) = queries.mention_list(actor=cast.second_agent).items
    assert (line.number, line.author, line.is_seen) == (number, cast.agent.name, False)
    assert line.text == "@mirela.dobrescu knows this, @jonas.okereke too"
    assert queries.mention_count(actor=cast.second_agent) == 1


def test_who_may_not_read_the_note_is_not_told(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    heard: list[PersonMentioned] = []
    subscribe(PersonMentioned, heard.append)
    noted(
        number,
        "@imre.castellane @petra.wolmar @wendell.achterberg @nobody.known @kieran.ashdown",
        cast.agent,
    )
    assert heard == []  # the manager sees the work, but no notes
    assert queries.mention_count(actor=cast.requester, unseen=False) == 0


def test_a_public_reply_names_nobody(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    event = reply_to_incident(number, text="@mirela.dobrescu", actor=cast.agent, at=later(1))
    assert queries.mention_count(actor=cast.second_agent) == 0
    reply = Comment.objects.get(pk=event.comment_id)
    with witness.refused(NotAllowed):
        actions.mention_people(reply, actor=cast.agent, at=AT)


def test_naming_again_the_same_note_changes_nothing(cast: Cast, witness: Witness) -> None:
    note = noted(opened(cast.requester), "@mirela.dobrescu", cast.agent)
    with witness.unmoved():
        told = actions.mention_people(note, actor=cast.agent, at=AT)
    assert told == (cast.second_agent.person_id,)


def test_what_was_seen_is_no_longer_news(cast: Cast) -> None:
    number = opened(cast.requester)
    noted(number, "@mirela.dobrescu", cast.agent)
    assert actions.see_mentions(number, actor=cast.second_agent, at=later(2)) == 1
    assert actions.see_mentions(number, actor=cast.second_agent, at=later(3)) == 0
    assert queries.mention_count(actor=cast.second_agent) == 0
    assert queries.mention_list(actor=cast.second_agent, unseen=True).items == ()
    assert queries.mention_list(actor=cast.second_agent).items[0].is_seen
    with pytest.raises(NotFound):
        actions.see_mentions(number, actor=cast.facilities_agent, at=later(2))


def test_a_mention_in_work_that_is_seen_no_more_is_not_shown(cast: Cast) -> None:
    number = opened(cast.requester)
    noted(number, "@mirela.dobrescu", cast.agent)
    assign_incident(number, team="facilities-desk", actor=cast.lead, at=later(2))
    assert row(number).team_id == cast.teams["facilities-desk"]
    assert queries.mention_list(actor=cast.second_agent).items == ()
    assert queries.mention_count(actor=cast.second_agent, unseen=False) == 0


def test_only_those_are_offered_who_may_read_the_note(cast: Cast) -> None:
    number = opened(cast.requester)
    offered = queries.people_to_mention(number, text="", actor=cast.agent, limit=50)
    codes = {each.code for each in offered}
    assert codes == {
        "mirela.dobrescu",
        "tamsin.harrowgate",
        "adaeze.thornquist",
        "bastian.nwosu",
        "rosalind.keppel",
    }
    found = queries.people_to_mention(number, text="mir", actor=cast.agent)
    assert [each.name for each in found] == [cast.second_agent.name]
    assert queries.people_to_mention(number, text="imre", actor=cast.agent) == ()
    with pytest.raises(NotAllowed):
        queries.people_to_mention(number, text="", actor=cast.requester)
    with pytest.raises(NotFound):
        queries.people_to_mention(number, text="", actor=cast.facilities_agent)
    assert person_id("mirela.dobrescu") == cast.second_agent.person_id
