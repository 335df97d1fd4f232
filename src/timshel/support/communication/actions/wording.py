"""Wording letters otherwise than they are shipped, and saying in whose name they leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from timshel.context.organization.models import Team
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.journal.actions import record
from timshel.kernel.letters import LetterKind, Wording, faults
from timshel.support.communication.access import require_manage
from timshel.support.communication.models import Mailbox, MessageTemplate, Sender
from timshel.support.communication.models.wording import LONGEST_SUBJECT, LONGEST_TEXT
from timshel.support.communication.queries.wording import kind_found

TEMPLATE = "message_template"
SENDER = "message_sender"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class SenderGiven:
    """In whose name the mail of a team is to leave.

    Args:
        name: that is shown.
        address: from which it comes.
        mailbox: the code of the mailbox that answers come to; empty for the team's own.
    """

    name: str
    address: str
    mailbox: str = ""


@transaction.atomic
def word_template(
    kind: str, *, language: str, wording: Wording, as_draft: bool, actor: Actor, at: datetime
) -> None:
    """Word a kind of letter in a language, as a draft or at once in force.

    What is put into force takes the place of what was, and of a draft. The same words again
    change nothing.

    Args:
        kind: its code.
        language: in which.
        wording: with places for values.
        as_draft: whether nothing is to change yet.
        actor: needs the right to manage messages.
        at: now.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: a place names no value, or is none; or something is empty or too long.
    """
    require_manage(actor)
    found = kind_found(kind, language)
    words = _checked(found, wording)
    rows = MessageTemplate.objects.select_for_update().filter(kind=kind, language=language)
    if not as_draft:
        rows.filter(is_draft=True).delete()
    row = rows.filter(is_draft=as_draft).first()
    old = (row.subject, row.text) if row else ("", "")
    if old == (words.subject, words.text):
        return
    row = row or MessageTemplate(kind=kind, language=language, is_draft=as_draft)
    row.subject, row.text = words.subject, words.text
    row.changed_at, row.changed_by = at, actor.name
    row.save()
    record(
        "message_template.drafted" if as_draft else "message_template.changed",
        subject_kind=TEMPLATE,
        subject_id=row.pk,
        changes={
            "kind": (None, f"{kind}/{language}"),
            "subject": (old[0], row.subject),
            "text": (old[1], row.text),
        },
        actor=actor,
        at=at,
    )


@transaction.atomic
def restore_template(
    kind: str, *, language: str, draft_only: bool = False, actor: Actor, at: datetime
) -> None:
    """Go back to the words that are shipped, or drop a draft; where there is none, do nothing.

    Args:
        kind: its code.
        language: in which.
        draft_only: whether what is in force stays.
        actor: needs the right to manage messages.
        at: now.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    require_manage(actor)
    kind_found(kind, language)
    rows = MessageTemplate.objects.select_for_update().filter(kind=kind, language=language)
    if draft_only:
        rows = rows.filter(is_draft=True)
    for row in rows.order_by("-is_draft"):
        record(
            "message_template.dropped" if row.is_draft else "message_template.restored",
            subject_kind=TEMPLATE,
            subject_id=row.pk,
            changes={
                "kind": (f"{kind}/{language}", None),
                "subject": (row.subject, None),
                "text": (row.text, None),
            },
            actor=actor,
            at=at,
        )
        row.delete()


@transaction.atomic
def keep_sender(team_code: str, *, given: SenderGiven, actor: Actor, at: datetime) -> None:
    """Say in whose name the mail of a team leaves.

    Args:
        team_code: of the team.
        given: name, address, and where answers come.
        actor: needs the right to manage messages.
        at: now.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: the name is empty, the address is none, or there is no such mailbox.
    """
    require_manage(actor)
    team = _team(team_code)
    mailbox = _checked_sender(given)
    row = Sender.objects.select_for_update().filter(team=team).first() or Sender(team=team)
    old = {"name": row.name, "address": row.address, "mailbox_id": row.mailbox_id}
    row.name, row.address, row.mailbox = given.name.strip(), given.address.strip(), mailbox
    new = {"name": row.name, "address": row.address, "mailbox_id": row.mailbox_id}
    if row.pk and old == new:
        return
    row.save()
    record(
        "message_sender.kept",
        subject_kind=SENDER,
        subject_id=row.pk,
        changes={name: (old[name], new[name]) for name in new if old[name] != new[name]},
        actor=actor,
        at=at,
    )


@transaction.atomic
def drop_sender(team_code: str, *, actor: Actor, at: datetime) -> None:
    """Have the mail of a team leave in the name of the installation again.

    Args:
        team_code: of the team; nothing happens where it has no sender of its own.
        actor: needs the right to manage messages.
        at: now.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    require_manage(actor)
    row = Sender.objects.select_for_update().filter(team=_team(team_code)).first()
    if row is None:
        return
    record(
        "message_sender.dropped",
        subject_kind=SENDER,
        subject_id=row.pk,
        changes={"name": (row.name, None), "address": (row.address, None)},
        actor=actor,
        at=at,
    )
    row.delete()


def _team(code: str) -> Team:
    team = Team.objects.filter(code=code).first()
    if team is None:
        raise NotFound
    return team


def _checked(kind: LetterKind, wording: Wording) -> Wording:
    subject = " ".join(wording.subject.split())
    text = wording.text.replace("\r\n", "\n").strip() + "\n"
    found: dict[str, list[str]] = {}
    for name, value, longest in (
        ("subject", subject, LONGEST_SUBJECT),
        ("text", text, LONGEST_TEXT),
    ):
        said = faults(value, names=kind.names)
        if not value.strip():
            said.append(_("Please fill this in."))
        if len(value) > longest:
            said.append(_("This is longer than %(longest)d characters.") % {"longest": longest})
        if "\0" in value:
            said.append(_("There is a character in this that cannot be kept."))
        if said:
            found[name] = said
    if found:
        raise Invalid(found)
    return Wording(subject, text)


def _checked_sender(given: SenderGiven) -> Mailbox | None:
    found: dict[str, list[str]] = {}
    if not 0 < len(given.name.strip()) <= LONGEST_NAME or not given.name.isprintable():
        found["name"] = [_("Please give a name of one line, of at most 100 characters.")]
    try:
        validate_email(given.address.strip())
    except ValidationError:
        found["address"] = [_("Please give an address, such as desk@example.org.")]
    mailbox = Mailbox.objects.filter(code=given.mailbox).first() if given.mailbox else None
    if given.mailbox and mailbox is None:
        found["mailbox"] = [_("There is no such mailbox.")]
    if found:
        raise Invalid(found)
    return mailbox
