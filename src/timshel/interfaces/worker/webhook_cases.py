"""What is told of each case and of what is told to everybody, under the rights of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.operation.rating.queries import rating_of
from timshel.operation.work.outgoing import reply_told, work_told
from timshel.resolution_fulfilment.outage.queries import outage_told
from timshel.resolution_fulfilment.status.queries import status_told
from timshel.service_portfolio.catalogue.access import MANAGE as WRITE
from timshel.service_portfolio.catalogue.access import PUBLISH
from timshel.service_portfolio.service.queries import offering_told, service_codes
from timshel.support.webhook.kinds import Told

About = Mapping[str, Any]


def work(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of a piece of work."""
    return of_work(about, actor=actor, at=at)


def work_ended(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of work that came to an end, and to which."""
    return of_work(about, {"outcome": about["outcome"]}, actor=actor, at=at)


def work_changed(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of work of which properties were changed."""
    return of_work(about, {"changed": list(about["fields"])}, actor=actor, at=at)


def work_merged(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of work that goes on in other work, which is named to who sees it."""
    target = work_told(about["target_id"], actor=actor)
    return of_work(about, {"target": target.number if target else None}, actor=actor, at=at)


def replied(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of a public reply."""
    told = of_work(about, actor=actor, at=at)
    reply = reply_told(about["comment_id"]) if told else None
    if told is None or reply is None:
        return None
    return Told(told.subject, {**told.data, "reply": reply})


def rated(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of a rating and of what came of it."""
    told = of_work(about, actor=actor, at=at)
    rating = rating_of(about["work_item_id"]) if told else None
    if told is None or rating is None:
        return None
    said = {"score": rating.score, "comment": rating.comment, "answer": rating.answer}
    return Told(told.subject, {**told.data, "rating": said})


def clock(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of a promised time to those who oversee the work."""
    said = {"clock": about["kind"], "lap": about["lap"]}
    said |= {name: about.get(name) for name in ("due_at", "breached_at")}
    return of_work(about, said, actor=actor, at=at, only_overseen=True)


def approval(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of an approval to those who see the work that it is about."""
    said = {"approval_id": about["approval_id"], "outcome": about.get("outcome")}
    return of_work(about, said, actor=actor, at=at)


def outage(about: About, /, *, actor: Actor, at: datetime) -> Told | None:  # noqa: ARG001
    """Tell of an outage as everybody in the house is told."""
    found = outage_told(about["work_item_id"])
    return None if found is None else Told(found["number"], found)


def offering(about: About, /, *, actor: Actor, at: datetime) -> Told | None:  # noqa: ARG001
    """Tell of a page of the catalogue to those who write or publish it."""
    if not (actor.may_somewhere(WRITE) or actor.may_somewhere(PUBLISH)):
        return None
    found = offering_told(about["offering_id"])
    return None if found is None else Told(found["offering"], found)


def status(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell how a service does, to those who may know of it."""
    found = status_told(about["service_id"], actor=actor, at=at)
    if found is None:
        return None
    return Told(found["service"], {**found, "before": about["before"], "after": about["after"]})


def trial(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell that this is only a trial."""
    return Told(
        "trial", {"webhook_id": about["webhook_id"], "owner": actor.name, "at": at.isoformat()}
    )


def of_work(
    about: About,
    more: About | None = None,
    *,
    actor: Actor,
    at: datetime,  # noqa: ARG001 - each tells how it stands when it is read
    only_overseen: bool = False,
) -> Told | None:
    """Return a piece of work with what else is told of it; None where the owner may not see it.

    Args:
        about: as it was published.
        more: what else is told.
        actor: the owner of the webhook.
        at: now.
        only_overseen: whether it takes to oversee the work, not only to have asked for it.
    """
    told = work_told(about["work_item_id"], actor=actor, only_overseen=only_overseen)
    if told is None:
        return None
    codes = service_codes([told.service_id]) if told.service_id else {}
    service = codes.get(told.service_id or 0)
    return Told(told.number, {**told.plain, "service": service, **(more or {})})
