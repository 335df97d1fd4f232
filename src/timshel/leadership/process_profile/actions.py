"""Writing what processes are for, what they run on, and what passes between them (clause 5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import text_faults
from timshel.leadership.process_profile import access
from timshel.leadership.process_profile.events import ProcessRetired, ProcessReviewed
from timshel.leadership.process_profile.models import ProcessFlow, ProcessProfile
from timshel.leadership.process_profile.rules import (
    LONGEST_FOUND,
    MOST_FLOWS,
    MOST_LINKS,
    SUBJECT,
    TEXTS,
    FlowContent,
    ProfileContent,
    cleaned,
    cleaned_translations,
    code_faults,
    content_faults,
    flow_faults,
)
from timshel.leadership.process_profile.running import source
from timshel.leadership.process_profile.states import PROFILES, Direction, ProfileState, Trigger

__all__ = [
    "REGION",
    "SUBJECT",
    "FlowContent",
    "ProfileContent",
    "add_flow",
    "change_profile",
    "link_profile",
    "remove_flow",
    "resume_process",
    "retire_process",
    "review_process",
    "write_profile",
]

REGION = "process_profiles"
CHANGED = _("Somebody else changed this process meanwhile. Look at it again, then save.")


@transaction.atomic
def write_profile(code: str, *, content: ProfileContent, actor: Actor, at: datetime) -> str:
    """Write down what a process is for.

    Args:
        code: of the process, as its matrix of responsibilities has it; it stays.
        content: what is said of it.
        actor: who may say so.
        at: when.

    Returns:
        Its code.

    Raises:
        Invalid: what is wrong with it, by field; there is such a process already.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    faults = content_faults(content)
    if wrong := code_faults(code):
        faults["code"] = wrong
    elif ProcessProfile.objects.filter(code=code).exists():
        faults["code"] = [_("There is a process with this code already.")]
    if faults:
        raise Invalid(faults)
    said = _said(content)
    row, is_new = ProcessProfile.objects.get_or_create(code=code, defaults={**said, "made_at": at})
    if not is_new:
        raise Invalid({"code": [_("There is a process with this code already.")]})
    changes = {name: (None, _plain(value)) for name, value in said.items() if value}
    _journal(row, "process_profile.written", {"code": (None, code), **changes}, actor=actor, at=at)
    return code


@transaction.atomic
def change_profile(
    code: str, *, content: ProfileContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say something else of a process; the same again does nothing.

    Args:
        code: of the process.
        content: all that is said of it from now on.
        seen_revision: of what was shown to whoever changes it.
        actor: who may say so.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: it is retired, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = _to_change(code, seen_revision, actor=actor, at=at)
    if faults := content_faults(content):
        raise Invalid(faults)
    _update(row, _said(content), "process_profile.changed", actor=actor, at=at)


@transaction.atomic
def link_profile(
    code: str,
    *,
    machines: Sequence[str],
    diagrams: Sequence[str],
    seen_revision: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Say what a process runs on; the same again does nothing.

    Args:
        code: of the process.
        machines: the codes of state machines of the product, in the order in which they are shown.
        diagrams: the codes of processes that are drawn.
        seen_revision: of what was shown to whoever changes it.
        actor: who may say so.
        at: when.

    Raises:
        Invalid: there is no such machine or diagram, by field.
        WrongState: it is retired, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = _to_change(code, seen_revision, actor=actor, at=at)
    known = source()
    faults = {
        "machines": _link_faults(machines, {*known.machines(), *row.machines}),
        "diagrams": _link_faults(
            diagrams, {*known.diagrams(language=actor.language), *row.diagrams}
        ),
    }
    if found := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(found)
    said = {"machines": list(dict.fromkeys(machines)), "diagrams": list(dict.fromkeys(diagrams))}
    _update(row, said, "process_profile.linked", actor=actor, at=at)


@transaction.atomic
def review_process(code: str, *, found: str, review_date: date, actor: Actor, at: datetime) -> None:
    """Note that somebody looked whether what is said of a process still holds.

    Args:
        code: of the process.
        found: what was looked at, and what was found.
        review_date: by when it is looked at again.
        actor: its owner, or who may write of it.
        at: when.

    Raises:
        Invalid: nothing is said, or the next day is not to come, by field.
        WrongState: it is retired.
        NotAllowed, NotFound: as they say.
    """
    row = access.profile_to_review(code, actor=actor, at=at)
    _require_use(row)
    today = access.day_of(at)
    faults: dict[str, list[Text]] = {}
    if not found.strip():
        faults["found"] = [_("Please say what you looked at.")]
    elif wrong := text_faults(found, longest=LONGEST_FOUND):
        faults["found"] = wrong
    if review_date <= today:
        faults["review_date"] = [_("This day must be still to come.")]
    if faults:
        raise Invalid(faults)
    changes = {
        "reviewed_on": (_plain(row.reviewed_on), _plain(today)),
        "review_date": (_plain(row.review_date), _plain(review_date)),
        "found": (None, cleaned(found)),
    }
    row.reviewed_on, row.review_date = today, review_date
    row.revision += 1
    row.save()
    _journal(row, "process_profile.reviewed", changes, actor=actor, at=at)
    publish(ProcessReviewed(row.pk, at, actor.person_id))


@transaction.atomic
def retire_process(code: str, *, actor: Actor, at: datetime) -> None:
    """Say that nobody works by a process any more; again does nothing.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    row = _move(code, Trigger.RETIRE, actor=actor, at=at)
    if row is not None:
        publish(ProcessRetired(row.pk, at, actor.person_id))


@transaction.atomic
def resume_process(code: str, *, actor: Actor, at: datetime) -> None:
    """Say that a process is worked by again; again does nothing.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    _move(code, Trigger.RESUME, actor=actor, at=at)


@transaction.atomic
def add_flow(code: str, *, flow: FlowContent, actor: Actor, at: datetime) -> int:
    """Say what comes into a process or goes out of it; the same again does nothing.

    Args:
        code: of the process.
        flow: what passes, and to or from whom.
        actor: who may say so.
        at: when.

    Returns:
        The key of the flow.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: the process is retired.
        NotAllowed, NotFound: as they say.
    """
    row = access.profile_to_change(code, actor=actor, at=at)
    _require_use(row)
    faults = flow_faults(flow)
    other = _other(row, flow, actor=actor, at=at) if flow.process and not faults else None
    if flow.process and not faults and other is None:
        faults["process"] = [_("Choose another process that is in use.")]
    if not faults and row.inputs.count() + row.outputs.count() >= MOST_FLOWS:
        faults["what"] = [_("At most %(count)d flows are possible.") % {"count": MOST_FLOWS}]
    if faults:
        raise Invalid(faults)
    is_input = flow.direction == Direction.INPUT
    made, is_new = ProcessFlow.objects.get_or_create(
        source=other if is_input else row,
        target=row if is_input else other,
        outside=cleaned(flow.outside),
        what=cleaned(flow.what),
        defaults={"translations": cleaned_translations(flow.translations)},
    )
    if is_new:
        changes = {name: (None, text) for name, text in _told(flow).items()}
        _journal(row, "process_profile.flow_added", changes, actor=actor, at=at)
    return made.pk


@transaction.atomic
def remove_flow(code: str, *, flow_id: int, actor: Actor, at: datetime) -> None:
    """Take away what comes into a process or goes out of it.

    Raises:
        NotAllowed: they may see the process only.
        NotFound: there is no such flow or process, or the actor may not see it.
        WrongState: the process is retired.
    """
    row = access.profile_to_change(code, actor=actor, at=at)
    _require_use(row)
    found = row.inputs.filter(pk=flow_id).first() or row.outputs.filter(pk=flow_id).first()
    if found is None:
        raise NotFound
    changes = {"what": (found.what, None)}
    found.delete()
    _journal(row, "process_profile.flow_removed", changes, actor=actor, at=at)


def _to_change(code: str, seen_revision: int, *, actor: Actor, at: datetime) -> ProcessProfile:
    row = access.profile_to_change(code, actor=actor, at=at)
    _require_use(row)
    if row.revision != seen_revision:
        raise WrongState(CHANGED)
    return row


def _require_use(row: ProcessProfile) -> None:
    if row.state != ProfileState.IN_USE:
        raise WrongState(_("This process is retired. Take it back into use first."))


def _other(
    row: ProcessProfile, flow: FlowContent, *, actor: Actor, at: datetime
) -> ProcessProfile | None:
    """Return the process at the other end of a flow; None where it cannot be that one."""
    try:
        found = access.known(flow.process, actor=actor, at=at)
    except NotFound:
        return None
    is_fit = found.pk != row.pk and found.state == ProfileState.IN_USE
    return found if is_fit else None


def _told(flow: FlowContent) -> dict[str, str]:
    """Return a flow as the journal tells it."""
    told = {
        "direction": flow.direction.value,
        "process": flow.process,
        "outside": cleaned(flow.outside),
        "what": cleaned(flow.what),
    }
    return {name: text for name, text in told.items() if text}


def _link_faults(codes: Sequence[str], known: Collection[str]) -> list[Text]:
    if len(codes) > MOST_LINKS:
        return [_("At most %(count)d are possible.") % {"count": MOST_LINKS}]
    return [
        _("There is none with the code %(code)s.") % {"code": code}
        for code in codes
        if code not in known
    ]


def _move(code: str, trigger: Trigger, *, actor: Actor, at: datetime) -> ProcessProfile | None:
    """Move a process; returns None where it stands there already."""
    row = access.profile_to_change(code, actor=actor, at=at)
    state = ProfileState(row.state)
    if not PROFILES.allows(state, trigger):
        return None
    row.state = PROFILES.target(state, trigger)
    row.retired_at = at if row.state == ProfileState.RETIRED else None
    row.revision += 1
    row.save()
    verb = "process_profile.retired" if trigger is Trigger.RETIRE else "process_profile.resumed"
    _journal(row, verb, {"state": (state.value, str(row.state))}, actor=actor, at=at)
    return row


def _update(
    row: ProcessProfile, said: dict[str, Any], verb: str, *, actor: Actor, at: datetime
) -> None:
    changes = {
        name: (_plain(getattr(row, name)), _plain(value))
        for name, value in said.items()
        if getattr(row, name) != value
    }
    if not changes:
        return
    for name, value in said.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    _journal(row, verb, changes, actor=actor, at=at)


def _said(content: ProfileContent) -> dict[str, Any]:
    return {
        **{name: cleaned(getattr(content, name)) for name in TEXTS},
        "review_date": content.review_date,
        "translations": cleaned_translations(content.translations),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _journal(
    row: ProcessProfile,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Write down what was done with a process, and tell the pages that show it."""
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
