"""What a person does with mail that was held or ignored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.queries import person_by_address
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.leadership.authority.queries import actor_for
from timshel.operation.work.access import find, is_own
from timshel.operation.work.rules import TASK
from timshel.resolution_fulfilment.intake.access import require_handle, require_message
from timshel.resolution_fulfilment.intake.actions.conversing import open_case, reply_in_case
from timshel.resolution_fulfilment.intake.actions.keeping import write_verdict
from timshel.resolution_fulfilment.intake.actions.taking import introduce, robot, rule_of, take_up
from timshel.resolution_fulfilment.intake.reading import read_incoming
from timshel.resolution_fulfilment.intake.rules import MailContent, Unreadable, pattern_of
from timshel.resolution_fulfilment.intake.states import Verdict
from timshel.support.communication.actions import Settlement, retry_incoming, settle_message
from timshel.support.communication.queries import Incoming, incoming_message
from timshel.support.communication.states import IncomingReason, IncomingState

HANDLED = frozenset({IncomingState.HELD, IncomingState.IGNORED})
MOST_AT_ONCE = 100


@transaction.atomic
def open_case_of_held(message_id: int, *, person_id: int | None, actor: Actor, at: datetime) -> str:
    """Open a case of a mail that waits, and return its number.

    Args:
        message_id: the mail.
        person_id: for whom; None makes the sender known as a guest, or finds who has the address.
        actor: who may look after held mail.
        at: when.

    Raises:
        NotAllowed, NotFound, WrongState, Invalid: as they say.
    """
    message, content = _held(message_id, actor=actor)
    person = _person(person_id, content, at=at)
    return open_case(message, content, rule=rule_of(message), actor=person, by=actor, at=at)


@transaction.atomic
def add_held_to_case(
    message_id: int, *, number: str, person_id: int | None = None, actor: Actor, at: datetime
) -> str:
    """Make a mail that waits an entry of a case, and return the number of the case.

    It is said by whoever wrote it where that person may reply there, and by the requester
    otherwise: whoever handles the mail vouches for it.

    Args:
        message_id: the mail.
        number: of a case that the actor may see.
        person_id: who said it; None finds who has the address.
        actor: who may look after held mail.
        at: when.

    Raises:
        NotAllowed, NotFound, WrongState, Invalid: as they say.
    """
    require_handle(actor)
    try:
        item = find(number.strip(), actor=actor)
    except NotFound as error:
        raise Invalid({"number": [_("There is no such case, or you may not see it.")]}) from error
    if item.kind == TASK:
        raise Invalid({"number": [_("A mail goes to a case, not to a task.")]})
    message, content = _held(message_id, actor=actor)
    known = person_id or person_by_address(content.sender)
    said_by = actor_for(known, channel=Channel.MAIL) if known else None
    if said_by is None or not is_own(item, actor=said_by):
        said_by = actor_for(item.requester_id, channel=Channel.MAIL)
    if said_by is None:
        raise Invalid({"number": [_("Its requester is not active any more.")]})
    rule = rule_of(message)
    return reply_in_case(message, content, item=item, rule=rule, actor=said_by, by=actor, at=at)


@transaction.atomic
def trust_sender_of_held(
    message_id: int, *, is_domain: bool = False, actor: Actor, at: datetime
) -> IncomingState:
    """Trust the sender of a mail that waits, or all of their domain, and take the mail up anew.

    Returns:
        Where the mail stands now.

    Args:
        message_id: the mail.
        is_domain: whether everybody of the domain is trusted.
        actor: who may look after held mail.
        at: when.

    Raises:
        NotAllowed, NotFound, WrongState, Invalid: as they say.
    """
    _message, content = _held(message_id, actor=actor)
    sender = content.sender
    pattern = pattern_of(f"@{sender.partition('@')[2]}" if is_domain else sender)
    if not pattern:
        raise Invalid(message=_("This mail names no sender."))
    write_verdict(pattern, verdict=Verdict.TRUSTED, note="", actor=actor, at=at)
    retry_incoming(message_id, actor=actor, at=at)
    return take_up(message_id, actor=robot(), at=at)


def ignore_held(message_ids: Iterable[int], *, actor: Actor, at: datetime) -> int:
    """Leave mails aside that wait, each in a transaction of its own; returns how many there were.

    Mail that somebody else handled meanwhile is left as it is.

    Args:
        message_ids: a hundred at most.
        actor: who may look after held mail.
        at: when.

    Raises:
        NotAllowed: as it says.
        Invalid: there are too many.
    """
    require_handle(actor)
    keys = list(dict.fromkeys(message_ids))
    if len(keys) > MOST_AT_ONCE:
        raise Invalid(message=_("At most %(count)d mails at once.") % {"count": MOST_AT_ONCE})
    ignored = 0
    for key in keys:
        try:
            with transaction.atomic():
                require_message(key, actor=actor)
                message = incoming_message(key)
                if message.state is not IncomingState.HELD:
                    continue
                settlement = Settlement.ignored(IncomingReason.BY_HAND)
                settle_message(key, settlement=settlement, actor=actor, at=at)
                ignored += 1
        except (NotFound, WrongState):
            continue
    return ignored


def _held(message_id: int, *, actor: Actor) -> tuple[Incoming, MailContent]:
    require_message(message_id, actor=actor)
    message = incoming_message(message_id)
    if message.state not in HANDLED:
        raise WrongState(_("This mail was handled already."))
    if not message.is_whole:
        raise WrongState(_("Only the beginning of this mail was kept."))
    try:
        return message, read_incoming(message)
    except Unreadable as error:
        raise WrongState(_("This mail cannot be read; its source can be looked at.")) from error


def _person(person_id: int | None, content: MailContent, *, at: datetime) -> Actor:
    key = person_id or person_by_address(content.sender)
    if key is None:
        if not content.sender:
            raise Invalid({"person": [_("Please say for whom this is.")]})
        key = introduce(content, language="en", at=at)
    found = actor_for(key, channel=Channel.MAIL)
    if found is None:
        raise Invalid({"person": [_("Please say for whom this is.")]})
    return found
