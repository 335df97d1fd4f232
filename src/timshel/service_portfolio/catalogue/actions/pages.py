"""Writing the page of an offering: a draft, somebody who looks through it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Difference, Invalid, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.events import PageSentToReview
from timshel.service_portfolio.catalogue.models import PageVersion
from timshel.service_portfolio.catalogue.queries.faults import page_faults
from timshel.service_portfolio.catalogue.rules.content import content_from
from timshel.service_portfolio.catalogue.states import VersionState
from timshel.service_portfolio.service.models import Offering

SUBJECT = "offering"
NO_DRAFT = 0
"""The revision that somebody saw who saw no draft."""
LONGEST_NOTE = 500
UNFINISHED = _("This page cannot be shown yet.")


@dataclass(frozen=True, slots=True)
class PageSaved:
    """A draft was saved.

    Args:
        page_id: the version's key.
        number: of the version.
        revision: what the next save has to name.
    """

    page_id: int
    number: int
    revision: int


@transaction.atomic
def save_page_draft(
    offering: str, *, content: Mapping[str, Any], seen_revision: int, actor: Actor, at: datetime
) -> PageSaved:
    """Keep what somebody writes of a page; it may be half finished.

    Saving the same again changes nothing.

    Args:
        offering: its code.
        content: the page, as ``rules.content`` reads it.
        seen_revision: of the draft that the person saw; 0 where there was none.
        actor: who writes.
        at: when.

    Raises:
        NotFound: there is no such offering.
        NotAllowed: without the right for its service.
        Invalid: the content has the wrong shape.
        WrongState: the draft is being looked through.
        Conflict: somebody else saved the draft meanwhile.
    """
    row = access.offering_to_change(offering, actor=actor)
    plain = content_from(content).plain()
    draft = open_version(row)
    if draft is None:
        if seen_revision != NO_DRAFT:
            raise WrongState(_("This draft is no longer there: it was published or thrown away."))
        return _begun(row, plain, actor=actor, at=at)
    if draft.content == plain:
        return PageSaved(draft.pk, draft.number, draft.revision)
    if draft.state == VersionState.REVIEW:
        raise WrongState(_("This page is being reviewed. Take it back to change it."))
    if draft.revision != seen_revision:
        raise _conflict(draft, plain)
    changes = {
        name: (draft.content.get(name), plain.get(name))
        for name in sorted({*draft.content, *plain})
        if draft.content.get(name) != plain.get(name)
    }
    draft.content = plain
    draft.revision += 1
    draft.edited_by_id, draft.edited_at = actor.person_id, at
    draft.save(update_fields=["content", "revision", "edited_by", "edited_at"])
    note("catalogue.page_saved", row, changes, actor=actor, at=at)
    return PageSaved(draft.pk, draft.number, draft.revision)


def _begun(row: Offering, plain: dict[str, Any], *, actor: Actor, at: datetime) -> PageSaved:
    last = PageVersion.objects.filter(offering=row).aggregate(last=Max("number"))["last"] or 0
    draft = PageVersion.objects.create(
        offering=row,
        number=last + 1,
        state=VersionState.DRAFT,
        content=plain,
        edited_by_id=actor.person_id,
        edited_at=at,
    )
    changes = {"draft": (None, draft.number), "content": (None, plain)}
    note("catalogue.page_begun", row, changes, actor=actor, at=at)
    return PageSaved(draft.pk, draft.number, draft.revision)


@transaction.atomic
def send_page_to_review(
    offering: str, *, message: str = "", actor: Actor, at: datetime
) -> PageSentToReview:
    """Have somebody look through a draft before it is shown.

    Args:
        offering: its code.
        message: what the reviewer should know.
        actor: who wrote it.
        at: when.

    Raises:
        NotFound: there is no such offering, or no draft of its page.
        NotAllowed: without the right for its service.
        WrongState: it is being looked through already.
        Invalid: the page is not without fault; the fields are places in it.
    """
    row = access.offering_to_change(offering, actor=actor)
    draft = _draft(row)
    if draft.state == VersionState.REVIEW:
        raise WrongState(_("This page is being reviewed already."))
    _check_message(message)
    faults = page_faults(content_from(draft.content), code=row.code)
    if faults:
        raise Invalid(faults, UNFINISHED)
    draft.state, draft.note = VersionState.REVIEW, message.strip()
    draft.save(update_fields=["state", "note"])
    changes = {"state": (VersionState.DRAFT, VersionState.REVIEW), "message": (None, draft.note)}
    note("catalogue.page_sent_to_review", row, changes, actor=actor, at=at)
    event = PageSentToReview(offering_id=row.pk, page_id=draft.pk, at=at)
    publish(event)
    return event


@transaction.atomic
def return_page(offering: str, *, message: str, actor: Actor, at: datetime) -> None:
    """Give a page that is being looked through back to whoever writes it.

    Args:
        offering: its code.
        message: what to change; may be empty for the writer who takes it back.
        actor: the reviewer, or the writer.
        at: when.

    Raises:
        NotFound: there is no such offering, or no draft of its page.
        NotAllowed: without the right for its service.
        WrongState: nobody looks through it.
        Invalid: the message is too long.
    """
    row = access.offering_to_change(offering, actor=actor)
    draft = _draft(row)
    if draft.state != VersionState.REVIEW:
        raise WrongState(_("This page is not being reviewed."))
    _check_message(message)
    draft.state, draft.note = VersionState.DRAFT, message.strip()
    draft.reviewed_by_id = actor.person_id
    draft.save(update_fields=["state", "note", "reviewed_by"])
    changes = {"state": (VersionState.REVIEW, VersionState.DRAFT), "message": (None, draft.note)}
    note("catalogue.page_returned", row, changes, actor=actor, at=at)


@transaction.atomic
def discard_page_draft(offering: str, *, actor: Actor, at: datetime) -> None:
    """Throw the draft of a page away; what is shown stays.

    Raises:
        NotFound: there is no such offering, or no draft of its page.
        NotAllowed: without the right for its service.
    """
    row = access.offering_to_change(offering, actor=actor)
    draft = _draft(row)
    changes = {"draft": (draft.number, None), "content": (draft.content, None)}
    note("catalogue.page_discarded", row, changes, actor=actor, at=at)
    draft.delete()


def open_version(row: Offering) -> PageVersion | None:
    """Return the version of a page that is written or looked through, or None."""
    return PageVersion.objects.filter(
        offering=row, state__in=[VersionState.DRAFT, VersionState.REVIEW]
    ).first()


def _draft(row: Offering) -> PageVersion:
    draft = open_version(row)
    if draft is None:
        raise NotFound(_("There is no draft of this page."))
    return draft


def _check_message(message: str) -> None:
    if len(message.strip()) > LONGEST_NOTE:
        sentence = _("At most %(count)d characters are possible.") % {"count": LONGEST_NOTE}
        raise Invalid({"message": [sentence]})


def _conflict(draft: PageVersion, wanted: Mapping[str, Any]) -> Conflict:
    name = draft.edited_by.name if draft.edited_by else ""
    return Conflict(
        [
            Difference(
                field, None, draft.content.get(field), wanted.get(field), name, draft.edited_at
            )
            for field in sorted({*draft.content, *wanted})
            if draft.content.get(field) != wanted.get(field)
        ]
    )


def note(
    verb: str, row: Offering, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> None:
    """Write in the journal of an offering."""
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
