"""Evidence of clause 7: documented information, communication, resources and awareness."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Membership, OnCallShift
from timshel.improvement.conformity.evidence.building import (
    Find,
    counted,
    until,
    within,
    within_days,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.kernel.errors import Text
from timshel.kernel.journal.models import Block
from timshel.operation.call.models import Line
from timshel.operation.macro.models import Macro, SavedReply, TextModule
from timshel.operation.teamwork.models import ShiftNote, TimeSpent
from timshel.service_portfolio.service.models import FunctionSupport
from timshel.support.communication.models import (
    IncomingMessage,
    Mailbox,
    OutgoingMessage,
)
from timshel.support.communication.states import IncomingState, MessageState
from timshel.support.documentation.models import (
    Confirmation,
    Distribution,
    Document,
    DocumentVersion,
)
from timshel.support.documentation.states import AboutKind, DocumentKind, VersionState
from timshel.support.meeting.models import AgendaItem, Board, BoardMember, Meeting
from timshel.support.meeting.states import MeetingState
from timshel.support.notification.models import Notice

_IN_FORCE = Document.objects.filter(current__isnull=False)
_CONFIRMED = Greatest("current__effective_at", "reviewed_at")
_ONCE = VersionState.SUPERSEDED, VersionState.WITHDRAWN


def _of_clause(clause: str) -> Find:
    """Return how to count the documents of a clause and of what lies below it."""
    records = Document.objects.filter(Q(clause=clause) | Q(clause__startswith=f"{clause}."))
    return counted(
        records,
        current=lambda moment: Q(current__isnull=False, review_date__gte=moment.today),
        stale=lambda moment: (
            Q(withdrawn_at__isnull=False) | Q(current__isnull=False, review_date__lt=moment.today)
        ),
        latest=_CONFIRMED,
    )


_CLAUSES: dict[str, Text] = {
    "5.2": _("Documents of clause 5.2 (policy) in effect; overdue or withdrawn ones are stale"),
    "6.3": _("Documents of clause 6.3 (plan) in effect; overdue or withdrawn ones are stale"),
    "7.2": _("Documents of clause 7.2 (competence) in effect; overdue or withdrawn ones are stale"),
    "7.5": _(
        "Documents of clause 7.5 (control of documents) in effect; overdue or withdrawn ones are "
        "stale"
    ),
    "8.3.3": _(
        "Documents of clause 8.3.3 (service levels) in effect; overdue or withdrawn ones are stale"
    ),
    "8.3.4": _(
        "Documents of clause 8.3.4 (suppliers) in effect; overdue or withdrawn ones are stale"
    ),
    "8.5.1": _(
        "Documents of clause 8.5.1 (changes) in effect; overdue or withdrawn ones are stale"
    ),
    "8.6.1": _(
        "Documents of clause 8.6.1 (incidents) in effect; overdue or withdrawn ones are stale"
    ),
    "8.6.2": _(
        "Documents of clause 8.6.2 (requests) in effect; overdue or withdrawn ones are stale"
    ),
    "8.7.2": _(
        "Documents of clause 8.7.2 (continuity) in effect; overdue or withdrawn ones are stale"
    ),
    "8.7.3": _(
        "Documents of clause 8.7.3 (information security) in effect; overdue or withdrawn ones "
        "are stale"
    ),
}


RULES = (
    *(
        Rule(f"document.of_{clause}", meaning, _of_clause(clause), "document-list")
        for clause, meaning in _CLAUSES.items()
    ),
    Rule(
        "document.in_review",
        _("Controlled documents in effect whose day of review is not over; overdue ones are stale"),
        until(_IN_FORCE, "review_date", latest=_CONFIRMED),
        "document-list",
    ),
    Rule(
        "document.plan",
        _("Plans in effect whose day of review is not over; overdue ones are stale"),
        until(_IN_FORCE.filter(kind=DocumentKind.PLAN), "review_date", latest=_CONFIRMED),
        "document-list",
    ),
    Rule(
        "document.procedure",
        _(
            "Procedures and work instructions in effect whose day of review is not over; overdue "
            "ones are stale"
        ),
        until(
            _IN_FORCE.filter(kind__in=[DocumentKind.PROCEDURE, DocumentKind.WORK_INSTRUCTION]),
            "review_date",
            latest=_CONFIRMED,
        ),
        "document-list",
    ),
    Rule(
        "document.of_process",
        _("Documents in effect about a process; those overdue for review are stale"),
        until(
            _IN_FORCE.filter(about_kind=AboutKind.PROCESS),
            "review_date",
            latest=_CONFIRMED,
        ),
        "document-list",
    ),
    Rule(
        "document.approved",
        _("Versions that somebody else than their author approved before they took effect"),
        counted(
            DocumentVersion.objects.all(),
            current=Q(state=VersionState.EFFECTIVE, approved_at__lte=F("effective_at"))
            & Q(approver__isnull=False)
            & ~Q(approver=F("author")),
            stale=Q(state__in=_ONCE, approver__isnull=False),
            latest="effective_at",
        ),
        "document-list",
    ),
    Rule(
        "document.renewed",
        _("Versions of documents that took effect in the last twelve months"),
        within(DocumentVersion.objects.all(), "effective_at"),
        "document-list",
    ),
    Rule(
        "document.explained",
        _("Versions of documents with a note of what was changed, in the last twelve months"),
        within(DocumentVersion.objects.filter(number__gt=1).exclude(change_note=""), "written_at"),
        "document-list",
    ),
    Rule(
        "document.distributed",
        _("Distributions of documents in effect to roles, units and people"),
        counted(
            Distribution.objects.all(),
            current=Q(document__current__isnull=False),
            stale=Q(document__current__isnull=True),
            latest="document__current__effective_at",
        ),
        "document-list",
    ),
    Rule(
        "document.read",
        _("Confirmations of having read a document in the last twelve months"),
        within(Confirmation.objects.all(), "at"),
        "document-reading",
    ),
    Rule(
        "document.retired",
        _("Earlier versions that are marked as superseded or withdrawn and kept apart"),
        counted(
            DocumentVersion.objects.all(),
            current=Q(state__in=_ONCE, ended_at__isnull=False),
            latest="ended_at",
        ),
        "document-list",
    ),
    Rule(
        "document.retention",
        _("Documents with a time for which they are kept; withdrawn ones are stale"),
        counted(
            Document.objects.filter(retention_months__gt=0),
            current=Q(withdrawn_at__isnull=True),
            stale=Q(withdrawn_at__isnull=False),
            latest="changed_at",
        ),
        "document-list",
    ),
    Rule(
        "journal.sealed",
        _("Blocks of the journal that were sealed in the last twelve months"),
        within(Block.objects.all(), "sealed_at"),
    ),
    Rule(
        "board.active",
        _("Boards that meet again and again for a purpose; dissolved ones are stale"),
        counted(
            Board.objects.exclude(purpose=""),
            current=Q(is_active=True),
            stale=Q(is_active=False),
            latest="created_at",
        ),
        "board-list",
    ),
    Rule(
        "board.member",
        _("Members of boards today; past ones are stale"),
        counted(
            BoardMember.objects.all(),
            current=lambda moment: (
                Q(valid_from__lte=moment.today)
                & (Q(valid_until__isnull=True) | Q(valid_until__gte=moment.today))
            ),
            stale=lambda moment: Q(valid_until__lt=moment.today),
            latest="valid_from",
        ),
        "board-list",
    ),
    Rule(
        "meeting.minuted",
        _("Meetings with approved minutes in the last twelve months"),
        within(Meeting.objects.filter(state=MeetingState.MINUTED), "starts_at"),
        "meeting-list",
    ),
    Rule(
        "meeting.planned",
        _("Meetings that are called and still to come; those whose time is over are stale"),
        counted(
            Meeting.objects.filter(state=MeetingState.PLANNED),
            current=lambda moment: Q(starts_at__gt=moment.at),
            stale=lambda moment: Q(starts_at__lte=moment.at),
            latest="called_at",
        ),
        "meeting-list",
    ),
    Rule(
        "meeting.fed",
        _("Items of agendas that were drawn from the records in the last twelve months"),
        within(AgendaItem.objects.filter(drawn__isnull=False), "drawn_at"),
        "meeting-list",
    ),
    Rule(
        "channel.line",
        _("Telephone lines and counters at which people are served; closed ones are stale"),
        counted(Line.objects.all(), current=Q(is_active=True), stale=Q(is_active=False)),
        "telephone",
    ),
    Rule(
        "channel.mailbox",
        _("Mailboxes to which people write; closed ones are stale"),
        counted(Mailbox.objects.all(), current=Q(is_active=True), stale=Q(is_active=False)),
        "mailboxes",
    ),
    Rule(
        "channel.mail_taken",
        _("Mails that became part of a case in the last twelve months"),
        within(IncomingMessage.objects.filter(state=IncomingState.TAKEN), "received_at"),
        "held-mail",
    ),
    Rule(
        "channel.mail_sent",
        _("Messages that left in the last twelve months"),
        within(OutgoingMessage.objects.filter(state=MessageState.SENT), "sent_at"),
        "message-list",
    ),
    Rule(
        "channel.notice",
        _("Notices that people got in the last twelve months"),
        within(Notice.objects.all(), "at"),
        "notification-list",
    ),
    Rule(
        "resource.member",
        _("Places in teams that are taken by people who are here; those of leavers are stale"),
        counted(
            Membership.objects.filter(team__is_active=True),
            current=Q(person__is_active=True),
            stale=Q(person__is_active=False),
        ),
        "catalogue-people",
    ),
    Rule(
        "resource.supported_function",
        _("Levels of support of functions that an active team gives; of dissolved teams is stale"),
        counted(
            FunctionSupport.objects.all(),
            current=Q(team__is_active=True),
            stale=Q(team__is_active=False),
        ),
        "catalogue-functions",
    ),
    Rule(
        "resource.on_call",
        _("Shifts on call that lie in the last twelve months or ahead; earlier ones are stale"),
        counted(
            OnCallShift.objects.all(),
            current=lambda moment: Q(ends_at__gt=moment.earlier()),
            stale=lambda moment: Q(ends_at__lte=moment.earlier()),
        ),
        "on-call",
    ),
    Rule(
        "resource.time_spent",
        _("Times that were noted on work in the last twelve months"),
        within_days(TimeSpent.objects.all(), "day"),
        "governance-cases",
    ),
    Rule(
        "knowledge.macro",
        _("Instructions for frequent work that are in use as macros; retired ones are stale"),
        counted(
            Macro.objects.exclude(audience="personal"),
            current=Q(is_active=True),
            stale=Q(is_active=False),
        ),
        "macro-list",
    ),
    Rule(
        "knowledge.reply",
        _("Replies that helpers share; retired ones are stale"),
        counted(
            SavedReply.objects.exclude(audience="personal"),
            current=Q(is_active=True),
            stale=Q(is_active=False),
        ),
        "reply-list",
    ),
    Rule(
        "knowledge.module",
        _("Pieces of text that helpers share; retired ones are stale"),
        counted(
            TextModule.objects.exclude(audience="personal"),
            current=Q(is_active=True),
            stale=Q(is_active=False),
        ),
        "module-list",
    ),
    Rule(
        "knowledge.handed_over",
        _("Notes from one shift to the next in the last twelve months"),
        within(ShiftNote.objects.all(), "at"),
        "desk-home",
    ),
    Rule(
        "awareness.policy_readers",
        _("Documents in effect that at least one person confirmed to have read in their version"),
        counted(
            _IN_FORCE,
            current=Q(
                Exists(
                    Confirmation.objects.filter(
                        document=OuterRef("pk"), number=OuterRef("current__number")
                    )
                )
            ),
            latest=_CONFIRMED,
        ),
        "document-reading",
    ),
)
