"""What stands around the work of the demonstration, so that its panels have something to show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from timshel.context.people.queries import person_by_code
from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.queries import actor_for
from timshel.operation.teamwork import actions, queries
from timshel.operation.work.rules import VIEW
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters, work_list
from timshel.resolution_fulfilment.incident.states import KIND

TAGS = ("waiting for parts", "new starter")
LINES = ("Ask which room", "Try another cable", "Tell the requester")
SPENT = timedelta(minutes=35)
HANDED_OVER = "The supplier calls back in the morning. Please tell the requester what they said."


def load_teamwork(people: Iterable[str], *, at: datetime) -> int:
    """Stick tags on the first incidents of some helpers, link and check them, and hand one over.

    Work that has tags already is left alone, so that doing it again adds nothing.

    Args:
        people: their codes.
        at: now.

    Returns:
        How many incidents got something.
    """
    done = 0
    for code in people:
        key = person_by_code(code)
        actor = None if key is None else actor_for(key, channel=Channel.IMPORT)
        if actor is not None and actor.may_somewhere(VIEW):
            done += _of(actor, at=at)
    return done


def _of(actor: Actor, *, at: datetime) -> int:
    filters = WorkFilters(view="mine", kinds=(KIND,), open=True)
    rows = work_list(filters, actor=actor, at=at, size=len(TAGS)).items
    found = [queries.around(row.number, actor=actor, at=at) for row in rows]
    if not found or not all(each.may_help for each in found) or any(each.tags for each in found):
        return 0
    for each, tag in zip(found, TAGS, strict=False):
        actions.tag_work(each.number, tags=[tag], actor=actor, at=at)
    first = found[0].number
    lines = actions.add_checks(first, lines=LINES, actor=actor, at=at)
    actions.tick_check(first, line_id=lines[0], is_done=True, actor=actor, at=at)
    today = actor.day_at(at)
    spent = actions.Spent(SPENT // timedelta(minutes=1), today, "Looked at it on site")
    actions.spend_time(first, spent=spent, actor=actor, at=at)
    if len(found) > 1:
        actions.link_work(first, to=found[1].number, kind="related", actor=actor, at=at)
    if team := rows[0].team_code:
        actions.hand_over(team, text=HANDED_OVER, numbers=[first], actor=actor, at=at)
    return len(found)
