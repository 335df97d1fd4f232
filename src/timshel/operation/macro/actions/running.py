"""Doing what a macro says: all of it, or nothing with a sentence for what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Invalid, Refused
from timshel.operation.macro import access
from timshel.operation.macro.models import Macro, SavedReply, TextModule, Use
from timshel.operation.macro.queries.deeds import deeds_for, usable
from timshel.operation.work.access import require as require_item
from timshel.operation.work.actions import change_work_item, reference
from timshel.operation.work.handling import Deed, perform
from timshel.operation.work.rules import VIEW


@dataclass(frozen=True, slots=True)
class MacroRun:
    """That a macro was run on a piece of work."""

    macro_id: int
    name: str
    number: str
    steps: int
    at: datetime


@transaction.atomic
def run_macro(macro_id: int, *, number: str, actor: Actor, at: datetime) -> MacroRun:
    """Do all deeds of a macro to a piece of work, in their order, or none of them.

    Each deed is what the actor could do by hand: with the same rights, journal, clocks and mails.

    Args:
        macro_id: which.
        number: of the work.
        actor: who runs it.
        at: when.

    Raises:
        NotFound: there is no such macro or work, or the actor may not know that there is.
        NotAllowed, WrongState, Invalid, Conflict: what refused a deed; the sentence names it.
    """
    access.require_work(actor)
    row = usable(macro_id, actor=actor)
    item = require_item(number, VIEW, actor=actor)
    deeds = deeds_for(row, item, actor=actor, at=at)
    change_work_item(
        item,
        verb="work.macro_ran",
        values={},
        also={"macro": (None, reference(row))},
        actor=actor,
        at=at,
    )
    for place, deed in enumerate(deeds, start=1):
        _do(row, deed, place, number=item.number, actor=actor, at=at)
    Use.objects.create(macro=row, person_id=actor.person_id, at=at)
    return MacroRun(row.pk, row.name, item.number, len(deeds), at)


def note_reply_use(reply_id: int, *, actor: Actor, at: datetime) -> None:
    """Note that a saved reply was put into a text.

    Raises:
        NotFound: there is none, or it is not meant for the actor.
    """
    row = access.find(SavedReply.objects.all(), reply_id, actor=actor)
    Use.objects.create(reply=row, person_id=actor.person_id, at=at)


def note_module_use(module_id: int, *, actor: Actor, at: datetime) -> None:
    """Note that a text module was put into a text.

    Raises:
        NotFound: there is none, or it is not meant for the actor.
    """
    row = access.find(TextModule.objects.all(), module_id, actor=actor)
    Use.objects.create(module=row, person_id=actor.person_id, at=at)


def _do(row: Macro, deed: Deed, place: int, *, number: str, actor: Actor, at: datetime) -> None:
    try:
        perform(number, deed, actor=actor, at=at)
    except Refused as refusal:
        raise _named(refusal, row, place) from refusal


def _named(refusal: Refused, row: Macro, place: int) -> Refused:
    """Return a refusal of the same kind that says which step of which macro was refused."""
    told = {
        "macro": row.name,
        "step": place,
        "count": len(row.steps),
        "reason": _reason(refusal),
    }
    sentence = (
        _("“%(macro)s” did nothing: step %(step)d of %(count)d was refused. %(reason)s") % told
    )
    if isinstance(refusal, Invalid):
        return Invalid({"": [sentence]}, sentence)
    if isinstance(refusal, Conflict):
        return Conflict(message=sentence)
    return type(refusal)(sentence)


def _reason(refusal: Refused) -> str:
    if isinstance(refusal, Invalid) and refusal.fields:
        return " ".join(str(text) for texts in refusal.fields.values() for text in texts)
    return str(refusal.message)
