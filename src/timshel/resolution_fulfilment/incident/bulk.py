"""Writing whole lives of incidents at once, as an import of another tool's log needs it.

What is left behind are the rows that the actions would have left, had each been called at its
time by its person: work, incident, conversation, journal and clocks. The differences are
wanted: nobody is told of the past, neither by mail nor on open pages, and each incident keeps
its reference to the system it came from. A test holds both ways to each other.

The rows are made in memory by the same decisions (``stage_values``, ``assignment_values``,
``rules``) and written with COPY, a few statements for hundreds of incidents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from timshel.kernel.actor import Actor
from timshel.kernel.copying import copy_in, next_keys
from timshel.kernel.journal.actions import record
from timshel.kernel.journal.bulk import record_many
from timshel.leadership.authority.access import require
from timshel.operation.work.models import Comment, ExternalReference, WorkItem
from timshel.relationship_agreement.service_level.actions import refresh_many
from timshel.resolution_fulfilment.incident import access
from timshel.resolution_fulfilment.incident.actions.opening import PREFIX, SEQUENCE
from timshel.resolution_fulfilment.incident.directory import Directory
from timshel.resolution_fulfilment.incident.histories import IncidentHistory, Noted, Replied
from timshel.resolution_fulfilment.incident.lives import Life

# Whoever writes the past does all that may have been done in it.
PERMISSIONS = (
    access.REPORT_FOR_OTHERS,
    access.WORK,
    access.ASSIGN,
    access.CHANGE,
    access.OVERRIDE_PRIORITY,
    access.RESOLVE,
    access.CANCEL,
    access.REOPEN_CLOSED,
)


@transaction.atomic
def write_histories(
    histories: Sequence[IncidentHistory], *, source: str, actor: Actor, at: datetime
) -> dict[str, str]:
    """Write lives of incidents that are not known yet, all or none of them.

    Args:
        histories: each with people, teams, services and offerings that exist.
        source: the system that they come from; with their number there it makes them known.
        actor: who imports; the journal names those who acted, and the origin of this actor, and
            its door where a history names none.
        at: now; the clocks are read for this moment.

    Returns:
        The numbers here of those that were written, by their numbers there.

    Raises:
        NotAllowed: the actor lacks one of the rights everywhere.
        Invalid: a history names what does not exist; the message says which one.
        WrongState: a history tells what cannot happen in the stage it happens in.
    """
    for permission in PERMISSIONS:
        require(actor, permission)
    new = _unknown(histories, source=source)
    lives = _live(new, actor=actor)
    _write(lives, source=source, actor=actor, at=at)
    return {life.external_id: life.item.number for life in lives}


def known_histories(source: str, external_ids: Iterable[str]) -> dict[str, str]:
    """Return which histories were written before, with their fingerprints, in one query.

    Args:
        source: the system that they come from.
        external_ids: how they are called there.
    """
    rows = ExternalReference.objects.filter(source=source, external_id__in=list(external_ids))
    return dict(rows.values_list("external_id", "fingerprint"))


def _unknown(histories: Sequence[IncidentHistory], *, source: str) -> list[IncidentHistory]:
    known = known_histories(source, [each.external_id for each in histories])
    return [each for each in histories if each.external_id not in known]


def _live(histories: Sequence[IncidentHistory], *, actor: Actor) -> list[Life]:
    """Live the histories in memory."""
    if not histories:
        return []
    directory = Directory(histories, importer=actor)
    keys = next_keys(WorkItem, len(histories))
    numbers = _numbers(len(histories))
    said = [
        happening
        for history in histories
        for happening in history.happenings
        if isinstance(happening, Noted | Replied)
    ]
    comment_keys = iter(next_keys(Comment, len(said)))
    return [
        Life(
            history,
            key=key,
            number=number,
            comment_keys=comment_keys,
            directory=directory,
        )
        for history, key, number in zip(histories, keys, numbers, strict=True)
    ]


def _numbers(count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [SEQUENCE, count]
        )
        return [f"{PREFIX}{number:07d}" for (number,) in cursor.fetchall()]


def _write(lives: Sequence[Life], *, source: str, actor: Actor, at: datetime) -> None:
    if not lives:
        return
    copy_in([life.item for life in lives])
    copy_in([life.incident for life in lives])
    copy_in([comment for life in lives for comment in life.comments])
    copy_in(
        [
            ExternalReference(
                work_item=life.item,
                source=source,
                external_id=life.external_id,
                fingerprint=life.fingerprint,
                at=at,
            )
            for life in lives
        ]
    )
    record_many([entry for life in lives for entry in life.entries])
    refresh_many([life.item.pk for life in lives], at=at)
    _record_import(lives, source=source, actor=actor, at=at)


def _record_import(lives: Sequence[Life], *, source: str, actor: Actor, at: datetime) -> None:
    """Let the journal tell when and by whom the past was written; its entries bear old dates."""
    record(
        "incident.histories_imported",
        subject_kind="incident_import",
        subject_id=lives[0].item.pk,
        changes={
            "source": (None, source),
            "incidents": (None, len(lives)),
            "entries": (None, sum(len(life.entries) for life in lives)),
            "first": (None, lives[0].item.number),
            "last": (None, lives[-1].item.number),
        },
        actor=actor,
        at=at,
    )
