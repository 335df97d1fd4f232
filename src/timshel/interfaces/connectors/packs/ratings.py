"""What the people of the demonstration said of work that is done, so that ratings can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from random import Random

from timshel.context.people.queries import person_by_code
from timshel.kernel.actor import Channel
from timshel.leadership.authority.queries import actor_for
from timshel.operation.rating.actions import rate_work
from timshel.operation.rating.queries import rating_of
from timshel.operation.rating.rules import WINDOW
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.histories import Closed, IncidentHistory, Resolved
from timshel.resolution_fulfilment.incident.queries.cases import CaseRow, case_list

SAID = (
    (5, "Quick and friendly. Thank you!"),
    (4, ""),
    (2, "It took three reminders, and nobody told me why."),
    (5, ""),
    (3, "Solved, though I had to explain it twice."),
    (5, "You even told me how to avoid it next time."),
    (4, "Good, but a word in between would have helped."),
)
EACH = 3
LATER = timedelta(minutes=40)
SHARE = 0.1
A_LONG_TIME = timedelta(days=4)
PLEASED = tuple(each for each in SAID if each[0] > 3)
NOT_PLEASED = tuple(each for each in SAID if each[0] <= 3)


def load_ratings(people: Iterable[str], *, at: datetime) -> int:
    """Rate some of what was done for people lately; the newest is left for whoever tries it.

    Args:
        people: their codes.
        at: now.

    Returns:
        How many cases were rated; none of those that were rated before.
    """
    rated = 0
    for code in people:
        key = person_by_code(code)
        actor = None if key is None else actor_for(key, channel=Channel.PORTAL)
        if actor is None:
            continue
        done = case_list(actor=actor, at=at, open=False, size=EACH + 1).items
        cases = [each for each in done[1:] if _is_recent(each, at=at)]
        if any(rating_of(each.id) for each in done):
            continue
        for case in cases:
            score, comment = SAID[rated % len(SAID)]
            said_at = min(case.updated_at + LATER, at)
            rate_work(case.number, rating=score, comment=comment, actor=actor, at=said_at)
            rated += 1
    return rated


def rate_earlier(histories: Mapping[str, IncidentHistory], *, seed: int) -> int:
    """Rate a share of what was done long ago, each soon after it was over.

    Who had waited long is seldom pleased.

    Args:
        histories: what was done, by its numbers here.
        seed: of all chance.

    Returns:
        How many cases were rated.
    """
    chance = Random(seed)  # noqa: S311 - a made-up past, nothing secret
    actors = cache(partial(actor_for, channel=Channel.PORTAL))
    rated = 0
    for number, history in histories.items():
        actor = actors(history.report.requester_id)
        closed = history.happenings[-1]
        if actor is None or not isinstance(closed, Closed) or chance.random() > SHARE:
            continue
        score, comment = chance.choice(NOT_PLEASED if _took_long(history) else PLEASED)
        rate_work(number, rating=score, comment=comment, actor=actor, at=closed.at + LATER)
        rated += 1
    return rated


def _took_long(history: IncidentHistory) -> bool:
    solved = [each.at for each in history.happenings if isinstance(each, Resolved)]
    return max(solved) - history.opened_at > A_LONG_TIME


def _is_recent(case: CaseRow, *, at: datetime) -> bool:
    # What was closed last changed after it was resolved, so half the time is surely not too late.
    return case.stage in {Stage.RESOLVED, Stage.CLOSED} and at - case.updated_at < WINDOW / 2
