"""A mail as part of a case, by the same actions that pages and the API use."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.operation.teamwork.actions import link_work
from timshel.operation.work.access import is_own
from timshel.operation.work.models import Comment, WorkItem
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.actions import (
    IncidentReport,
    assign_incident,
    note_on_incident,
    open_incident,
    reopen_incident,
    reply_to_incident,
)
from timshel.resolution_fulfilment.incident.states import KIND as INCIDENT
from timshel.resolution_fulfilment.intake.actions.entries import (
    attach_more,
    write_entry,
    written,
)
from timshel.resolution_fulfilment.intake.models import MailRule
from timshel.resolution_fulfilment.intake.rules import MailContent, is_thanks, title_of
from timshel.resolution_fulfilment.service_request.actions import (
    note_on_request,
    reopen_request,
    reply_to_request,
)
from timshel.support.communication.actions import Settlement, settle_message
from timshel.support.communication.models import Mailbox
from timshel.support.communication.queries import Incoming

ENDED = frozenset({Stage.CLOSED, Stage.CANCELLED})
LONGEST_REASON = 900


@transaction.atomic(savepoint=False)
def open_case(
    message: Incoming,
    content: MailContent,
    *,
    rule: MailRule,
    follows: WorkItem | None = None,
    actor: Actor,
    by: Actor | None = None,
    at: datetime,
) -> str:
    """Open a case of a mail and return its number.

    Args:
        message: the mail as it came.
        content: what it says.
        rule: of its mailbox.
        follows: a case that has ended, and that the mail answered.
        actor: who wrote it.
        by: who decided about it, where a person did.
        at: when.

    Raises:
        Refused: as ``open_incident`` says.
    """
    words = written(content, is_first=True)
    with override(actor.language):
        title = title_of(content, without=_("Mail without a subject"))
    report = IncidentReport(
        title=title,
        description=words.text,
        service=rule.service.code if rule.service else None,
        files=words.files,
        channel=Channel.MAIL,
    )
    opened = open_incident(report, actor=actor, at=at)
    item = WorkItem.objects.defer("search").get(pk=opened.work_item_id)
    attach_more(item, words.more, comment=None, actor=actor, at=at)
    write_entry(message.id, content, item=item, comment=None, quoted=words.quoted, at=at)
    robot = system_actor("Mail", channel=Channel.MAIL)
    _give_to_team(item, rule.mailbox_id, actor=robot, at=at)
    if follows is not None:
        link_work(item.number, to=follows.number, kind="related", actor=robot, at=at)
    settle(message, content, item=item, actor=by or actor, at=at)
    return item.number


def _give_to_team(item: WorkItem, mailbox_id: int | None, *, actor: Actor, at: datetime) -> None:
    """Give what no service leads anywhere to the team of the mailbox."""
    if item.team_id is not None or mailbox_id is None:
        return
    mailbox = Mailbox.objects.select_related("team").get(pk=mailbox_id)
    if mailbox.team is not None:
        assign_incident(item.number, team=mailbox.team.code, actor=actor, at=at)


@transaction.atomic(savepoint=False)
def reply_in_case(
    message: Incoming,
    content: MailContent,
    *,
    item: WorkItem,
    rule: MailRule,
    actor: Actor,
    by: Actor | None = None,
    at: datetime,
) -> str:
    """Make a reply of a mail and return the number of the case; a case that has ended gets a
    new one beside it.

    Args:
        message: the mail as it came.
        content: what it says.
        item: the case, which the sender may see.
        rule: of its mailbox.
        actor: who wrote it: the requester, or a helper from their mail program.
        by: who decided about it, where a person did.
        at: when.

    Raises:
        Refused: as the actions of the case say.
    """
    if item.stage in ENDED:
        return open_case(message, content, rule=rule, follows=item, actor=actor, by=by, at=at)
    own = is_own(item, actor=actor)
    words = written(content, is_first=False, is_helpers=not own)
    if item.stage == Stage.RESOLVED and own and not is_thanks(words.text):
        reopen = reopen_incident if item.kind == INCIDENT else reopen_request
        reason = " ".join(words.text.split())[:LONGEST_REASON]
        reopen(item.number, reason=reason, actor=actor, at=at)
    reply = reply_to_incident if item.kind == INCIDENT else reply_to_request
    event = reply(item.number, text=words.text, files=words.files, actor=actor, at=at)
    comment = Comment.objects.get(pk=event.comment_id)
    attach_more(item, words.more, comment=comment, actor=actor, at=at)
    write_entry(message.id, content, item=item, comment=comment, quoted=words.quoted, at=at)
    settle(message, content, item=item, actor=by or actor, at=at)
    return item.number


@transaction.atomic(savepoint=False)
def note_automatic(
    message_id: int, content: MailContent, *, item: WorkItem, actor: Actor, at: datetime
) -> None:
    """Note on a case what a machine answered; helpers see it, nobody is told and nobody answers.

    Args:
        message_id: the mail as it came.
        content: what it says.
        item: the case.
        actor: who notes it.
        at: when.
    """
    words = written(content, is_first=False)
    with override("en"):
        head = _("Automatic mail from %(sender)s: %(subject)s") % {
            "sender": content.sender or "?",
            "subject": content.subject,
        }
    note = note_on_incident if item.kind == INCIDENT else note_on_request
    made = note(item.number, text=f"{head}\n\n{words.text}", files=words.files, actor=actor, at=at)
    key = made if isinstance(made, int) else made.comment_id
    comment = Comment.objects.get(pk=key)
    write_entry(message_id, content, item=item, comment=comment, quoted=words.quoted, at=at)
    taken = Settlement.taken(
        f"{item.kind}.{item.number}", subject=content.subject, sender=content.sender
    )
    settle_message(message_id, settlement=taken, actor=actor, at=at)


def settle(
    message: Incoming, content: MailContent, *, item: WorkItem, actor: Actor, at: datetime
) -> None:
    """Write down which case a mail became part of."""
    taken = Settlement.taken(
        f"{item.kind}.{item.number}", subject=content.subject, sender=content.sender
    )
    settle_message(message.id, settlement=taken, actor=actor, at=at)
