"""What becomes of a mail: a reply, a new case, or something that a person looks at.

The order of the questions is what keeps one person's mail out of another's case; it is told in
prose in docs/algorithms/mail-threading.md.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from timshel.context.people.actions import create_person
from timshel.context.people.queries import person_by_address, person_by_code
from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from timshel.leadership.authority.queries import actor_for
from timshel.operation.work.access import find
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import TASK
from timshel.resolution_fulfilment.intake import rules
from timshel.resolution_fulfilment.intake.actions.conversing import (
    note_automatic,
    open_case,
    reply_in_case,
)
from timshel.resolution_fulfilment.intake.actions.keeping import rules_of
from timshel.resolution_fulfilment.intake.models import KnownSender, MailEntry, MailRule
from timshel.resolution_fulfilment.intake.reading import Way, read_incoming, way_of
from timshel.resolution_fulfilment.intake.rules import MailContent, Unreadable
from timshel.resolution_fulfilment.intake.states import AutomaticMail, UnknownSenders, Verdict
from timshel.support.communication.actions import (
    DeliveryReport,
    Settlement,
    note_report,
    settle_message,
)
from timshel.support.communication.queries import (
    Incoming,
    incoming_message,
    is_own_address,
    mailboxes_of,
    message_by_envelope,
    message_by_identity,
    thread_of,
)
from timshel.support.communication.states import (
    INCOMING,
    IncomingReason,
    IncomingState,
    ReportAction,
)

ROBOT = "Mail"
WELCOME = (UnknownSenders.GUEST, UnknownSenders.HOLD, UnknownSenders.REJECT)


def take_up(message_id: int, *, actor: Actor, at: datetime) -> IncomingState:
    """Do with a mail that arrived what its sender and the rules say; again changes nothing.

    Returns:
        Where it stands now.

    Args:
        message_id: its key.
        actor: who does with mail what nobody decides: the job, as the journal names it.
        at: when.
    """
    message = incoming_message(message_id)
    if message.state is not IncomingState.ARRIVED:
        return message.state
    if not message.is_whole:
        return _settle(message, Settlement.held(IncomingReason.TOO_LARGE), actor=actor, at=at)
    try:
        content = read_incoming(message)
    except Unreadable as fault:
        held = Settlement.held(fault.reason, error=fault.detail, sender=message.envelope_from)
        return _settle(message, held, actor=actor, at=at)
    with transaction.atomic():
        settled = _settlement(message, content, actor=actor, at=at)
        if settled is not None:
            settled = replace(settled, subject=content.subject, sender=content.sender)
            return _settle(message, settled, actor=actor, at=at)
    return IncomingState.TAKEN


def _settle(
    message: Incoming, settlement: Settlement, *, actor: Actor, at: datetime
) -> IncomingState:
    settle_message(message.id, settlement=settlement, actor=actor, at=at)
    return INCOMING.target(message.state, settlement.trigger)


def robot() -> Actor:
    """Return who does with mail what nobody decides."""
    return system_actor(ROBOT, channel=Channel.MAIL)


def _settlement(
    message: Incoming, content: MailContent, *, actor: Actor, at: datetime
) -> Settlement | None:
    """Return what becomes of a mail, or None if it was taken."""
    refused = _aside(content)
    if refused is not None:
        return refused
    way = way_of(content)
    if content.automatic:
        return _automatic(message, content, way, actor=actor, at=at)
    if content.is_sealed and not content.text.strip():
        return Settlement.held(IncomingReason.ENCRYPTED)
    if _is_loop(content, way, at=at):
        return Settlement.held(IncomingReason.LOOP)
    person_id = person_by_address(content.sender)
    rule = rule_of(message) if person_id is not None else welcoming_rule(message)
    sender = _sender(content, way, rule, person_id=person_id, at=at)
    if isinstance(sender, Settlement):
        return sender
    return _take(message, content, way, rule, sender=sender, at=at)


def _aside(content: MailContent) -> Settlement | None:
    """Return why a mail is left aside whoever wrote it, or None."""
    key = rules.digest(content)
    earlier = MailEntry.objects.filter(digest=key).select_related("work_item") if key else None
    copy = earlier.defer("html", "work_item__search").first() if earlier is not None else None
    if copy is not None:
        return Settlement.ignored(IncomingReason.DUPLICATE, record=record_of(copy.work_item))
    if (content.identity and thread_of(content.identity)) or is_own_address(content.sender):
        return Settlement.ignored(IncomingReason.OWN_MESSAGE)
    if verdict_on(content.sender) == Verdict.BLOCKED:
        return Settlement.ignored(IncomingReason.REFUSED_SENDER)
    return None


def record_of(item: WorkItem) -> str:
    """Return how the row of a mail names the case it became part of."""
    return f"{item.kind}.{item.number}"


def verdict_on(sender: str) -> str:
    """Return what is thought of a sender; the closest of what fits counts; empty for nothing."""
    patterns = rules.patterns_for(sender)
    found = dict(KnownSender.objects.filter(pattern__in=patterns).values_list("pattern", "verdict"))
    return rules.first(found.get(each, "") for each in patterns)


def rule_of(message: Incoming) -> MailRule:
    """Return the rule of the mailbox that a mail came to first, or the one for all others."""
    return rules_of(message.mailbox_id).first() or MailRule(mailbox_id=message.mailbox_id)


def welcoming_rule(message: Incoming) -> MailRule:
    """Return the rule for somebody unknown: of all mailboxes that a mail came to, the one that
    refuses least; among equals that of the first."""
    return min(_rules_at(message), key=lambda rule: WELCOME.index(rule.unknown_senders))


def _rules_at(message: Incoming) -> list[MailRule]:
    """Return the rules of the mailboxes that a mail came to, that of the first at the front."""
    boxes = mailboxes_of(message)
    if boxes in {(), (message.mailbox_id,)}:
        return [rule_of(message)]
    rows = MailRule.objects.select_related("service").filter(mailbox__in=boxes)
    found = {each.mailbox_id: each for each in rows}
    return [found.get(each) or MailRule(mailbox_id=each) for each in boxes]


def _automatic(
    message: Incoming, content: MailContent, way: Way, *, actor: Actor, at: datetime
) -> Settlement | None:
    """Note on its case what a machine wrote; nobody ever answers it."""
    if content.is_report or content.bounces:
        return _report(message, content, at=at)
    reason = IncomingReason.AUTOMATIC
    item = WorkItem.objects.filter(number=way.number).first() if way.is_signed else None
    if item is not None and item.kind != TASK:
        recent = MailEntry.objects.filter(work_item=item, at__gt=at - rules.WINDOW)
        if recent.count() < rules.MOST_NOTES_OF_CASE:
            note_automatic(message.id, content, item=item, actor=actor, at=at)
            return None
        return Settlement.ignored(reason, record=record_of(item))
    # Behind a list there may be a person: a group that forwards what is written to the desk.
    if content.automatic == rules.FROM_A_LIST or any(
        each.automatic_mail == AutomaticMail.HOLD for each in _rules_at(message)
    ):
        return Settlement.held(reason)
    return Settlement.ignored(reason)


def _report(message: Incoming, content: MailContent, *, at: datetime) -> Settlement:
    """Attach a delivery report to the message of ours that it tells of, if it is one."""
    reported = message_by_identity(content.reports_on) or message_by_envelope(message.envelope_to)
    if reported is not None:
        for line, each in enumerate(content.bounces):
            report = DeliveryReport(
                source=f"incoming/{message.id}/{line}",
                action=_report_action(each.action),
                status=each.status,
                said=each.diagnostic,
                address=each.recipient,
            )
            note_report(reported, report=report, at=at)
    thread = thread_of(content.reports_on) if content.reports_on else None
    number = rules.number_of_thread(thread) if thread else ""
    item = WorkItem.objects.filter(number=number).only("kind", "number").first() if number else None
    record = record_of(item) if item is not None else ""
    return Settlement.ignored(IncomingReason.DELIVERY_REPORT, record=record)


def _report_action(word: str) -> ReportAction:
    return ReportAction(word) if word in set(ReportAction) else ReportAction.FAILED


def _is_loop(content: MailContent, way: Way, *, at: datetime) -> bool:
    since = at - rules.WINDOW
    of_sender = MailEntry.objects.filter(sender=content.sender, at__gt=since)
    of_case = MailEntry.objects.filter(
        work_item__number=way.number, sender=content.sender, at__gt=since
    )
    return rules.looks_like_loop(
        of_sender=len(of_sender.values_list("pk")[: rules.MOST_OF_SENDER]),
        of_case=len(of_case.values_list("pk")[: rules.MOST_OF_CASE]) if way.number else 0,
    )


def _sender(
    content: MailContent, way: Way, rule: MailRule, *, person_id: int | None, at: datetime
) -> Actor | Settlement:
    """Return who wrote a mail, or what becomes of the mail of somebody unknown."""
    if person_id is None:
        policy = UnknownSenders(rule.unknown_senders)
        if verdict_on(content.sender) == Verdict.TRUSTED:
            policy = UnknownSenders.GUEST
        if policy is UnknownSenders.REJECT:
            return Settlement.ignored(IncomingReason.REFUSED_SENDER)
        if policy is UnknownSenders.HOLD or way.is_signed or not content.sender:
            # Who answers in somebody else's thread is no new guest: a person decides.
            return Settlement.held(IncomingReason.UNKNOWN_SENDER)
        person_id = introduce(content, language=_language(rule), at=at)
    actor = actor_for(person_id, channel=Channel.MAIL)
    return actor if actor is not None else Settlement.held(IncomingReason.NOT_ALLOWED)


def _language(rule: MailRule) -> str:
    mailbox = rule.mailbox if rule.mailbox_id else None
    return (mailbox.language if mailbox else "") or settings.LANGUAGE_CODE


def introduce(content: MailContent, *, language: str, at: datetime) -> int:
    """Make the sender of a mail known as a guest, and return their key."""
    code = f"guest-{secrets.token_hex(6)}"
    name = content.sender_name.strip()[:200] or content.sender
    try:
        create_person(
            code=code, name=name, email=content.sender, language=language, actor=robot(), at=at
        )
    except Invalid:
        # Another mail of theirs, read at the same moment, may have made them known.
        known = person_by_address(content.sender)
        if known is None:
            raise
        return known
    return person_by_code(code) or 0


def _take(
    message: Incoming,
    content: MailContent,
    way: Way,
    rule: MailRule,
    *,
    sender: Actor,
    at: datetime,
) -> Settlement | None:
    try:
        item = find(way.number, actor=sender) if way.number else None
    except NotFound:
        # The number says nothing about who may see the case: to them it is not there.
        if way.is_signed:
            return Settlement.held(IncomingReason.NOT_ALLOWED)
        item = None
    try:
        # What is refused half-way leaves nothing behind but the mail, which a person looks at.
        with transaction.atomic():
            if item is not None and item.kind != TASK:
                reply_in_case(message, content, item=item, rule=rule, actor=sender, at=at)
            elif item is not None:
                return Settlement.held(IncomingReason.NOT_ALLOWED)
            else:
                open_case(message, content, rule=rule, actor=sender, at=at)
    except NotAllowed:
        return Settlement.held(IncomingReason.NOT_ALLOWED)
    except Refused as refusal:
        with override(settings.LANGUAGE_CODE):
            return Settlement.held(IncomingReason.FAILED, error=_said(refusal))
    return None


def _said(refusal: Refused) -> str:
    fields = getattr(refusal, "fields", {})
    sentences = [str(each) for several in fields.values() for each in several]
    return gettext("%(refusal)s %(sentences)s") % {
        "refusal": str(refusal),
        "sentences": " ".join(sentences),
    }
