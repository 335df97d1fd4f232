"""What one press on the page of calls does: the case, the call, the solution and the call-back.

All of it or nothing, in one transaction, by the actions that do each of them elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from timshel.context.people import actions as people
from timshel.context.people import queries as people_queries
from timshel.interfaces.web.desk.log_forms import CASE, NEW, NOTHING, OFFERING, QUESTION
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.forms import form_from
from timshel.operation.call import actions as calls
from timshel.operation.call.queries import TemplateRow, own_team, template
from timshel.operation.call.states import Outcome
from timshel.operation.work import handling
from timshel.operation.work.deeds import read_deed
from timshel.resolution_fulfilment.incident import actions as incidents
from timshel.resolution_fulfilment.incident.states import ResolutionCode
from timshel.resolution_fulfilment.service_request import actions as requests
from timshel.resolution_fulfilment.service_request.actions import Order, Typed
from timshel.service_portfolio.catalogue.queries import offering_for, orderable
from timshel.service_portfolio.catalogue.queries.references import references_for

LONGEST = timedelta(hours=11)
LONGEST_LINE = 120


@dataclass(slots=True)
class _Press:
    """One press of a button, on its way through what it does.

    Args:
        given: what the form holds, checked.
        solves: whether the case is solved at once.
        actor: who pressed.
        at: when.
        person_id: the caller, once that is known.
        words: the template that was chosen, if any.
    """

    given: Mapping[str, Any]
    solves: bool
    actor: Actor
    at: datetime
    person_id: int | None = None
    words: TemplateRow | None = None
    by: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of a press, before the call itself is written down."""

    outcome: Outcome
    number: str = ""
    message: str = ""
    address: str = ""


def log(given: Mapping[str, Any], *, solves: bool, actor: Actor, at: datetime) -> dict[str, str]:
    """Do all that a form asks for; returns what to tell, and where to go on.

    The caller sees to it that it is one transaction.

    Args:
        given: what the form holds, checked.
        solves: whether the case is solved at once.
        actor: who answers the telephone.
        at: now.

    Raises:
        Invalid: what is wrong, by field of the form.
        NotAllowed, NotFound, WrongState: as they say.
    """
    press = _Press(given, solves, actor, at, given.get("requester"))
    press.by = {"actor": actor, "at": at}
    if given["about"] == NEW:
        press.words = template(given.get("template") or "", language=actor.language)
    if press.person_id is None and given["about"] in (NEW, QUESTION, OFFERING):
        press.person_id = _introduced(press)
    made = _made(press)
    call_id = _logged(press, made)
    if given.get("back_at"):
        _call_back(press, made, call_id)
    # What is asked for on the next page is tied to this call once it is sent.
    onward = f"{made.address}&call={call_id}" if made.address else reverse("call-log")
    return {"message": made.message, "number": made.number, "address": onward}


def moment_of(text: str, *, at: datetime) -> datetime:
    """Return when a call began as the page says, within reason: no later than now."""
    try:
        began = datetime.fromisoformat(text)
    except ValueError:
        return at
    if began.tzinfo is None:
        return at
    return min(max(began, at - LONGEST), at)


def _introduced(press: _Press) -> int:
    given = press.given
    name = given.get("name") or given.get("number") or ""
    made = people.introduce_person(
        name=name, phone=given.get("number") or "", email=given.get("email") or "", **press.by
    )
    return made.person_id


def _made(press: _Press) -> _Made:
    about = press.given["about"]
    if about.startswith(CASE):
        return _added(press, about.removeprefix(CASE))
    if about == OFFERING:
        return _asked_for(press, press.given["offering"], {})
    if about == QUESTION:
        return _question(press)
    if about == NOTHING:
        kept = Outcome.CALL_BACK if press.given.get("back_at") else Outcome.NOTHING
        return _Made(kept, message=_("The call is kept."))
    return _opened(press)


def _opened(press: _Press) -> _Made:
    given, words = press.given, press.words
    report = incidents.IncidentReport(
        title=given.get("title") or (words.title if words else ""),
        description=given.get("text") or (words.description if words else ""),
        service=given.get("service") or (words.service if words else "") or None,
        impact=words.impact if words else 3,
        urgency=words.urgency if words else 3,
        requester_id=press.person_id,
        channel=Channel(given["channel"]),
        team=own_team(actor=press.actor),
    )
    number = incidents.open_incident(report, **press.by).number
    if not press.solves:
        done = _("%(number)s is logged. Give the caller this number.") % {"number": number}
        return _Made(Outcome.LOGGED, number, done)
    try:
        incidents.resolve_incident(number, code=_code(press), text=_solution(press), **press.by)
    except NotAllowed as refusal:
        told = _("This goes to another team, so you cannot solve it here. Log it, and they will.")
        raise Invalid({"solution": [told]}) from refusal
    return _Made(Outcome.RESOLVED, number, _solved(number))


def _added(press: _Press, number: str) -> _Made:
    deeds = [{"do": "note", "text": _note(press)}]
    if press.solves:
        text = _solution(press)
        deeds.append({"do": "move", "trigger": "resolve", "code": _code(press), "text": text})
    handling.perform_all(number, [read_deed(each) for each in deeds], **press.by)
    if press.solves:
        return _Made(Outcome.RESOLVED, number, _solved(number))
    done = _("The call is added to %(number)s.") % {"number": number}
    return _Made(Outcome.ADDED, number, done)


def _question(press: _Press) -> _Made:
    """Answer a question at once, which keeps the call alone, or ask it in the caller's name."""
    if press.solves:
        return _Made(Outcome.ANSWERED, message=_("The question and its answer are kept."))
    try:
        code = offering_for("question", actor=press.actor, at=press.at)
    except NotFound:
        return _opened(press)
    page = orderable(code, actor=press.actor, at=press.at, for_person_id=press.person_id)
    return _asked_for(press, code, _answers(page.item.form, press.given))


def _asked_for(press: _Press, code: str, raw: Mapping[str, Any]) -> _Made:
    """Send a request for the caller where nothing more has to be asked, or open its form."""
    typed = Typed(raw, requester_id=press.person_id)
    if raw:
        wanted = Order(
            offering=code,
            raw=raw,
            requester_id=press.person_id,
            channel=Channel(press.given["channel"]),
            references=references_for(press.actor),
        )
        try:
            number = requests.order(wanted, **press.by).number
        except Invalid:
            requests.save_request_draft(code, typed=typed, **press.by)
        else:
            done = _("%(number)s is logged. Give the caller this number.") % {"number": number}
            return _Made(Outcome.REQUESTED, number, done)
    person = people_queries.person_card(press.person_id or 0, actor=press.actor)
    address = f"{reverse('order', args=[code])}?for={person.code}"
    told = _("The call is kept. Fill in with the caller what the request needs.")
    return _Made(Outcome.REQUESTED, message=told, address=address)


def _answers(form: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of a call as answers of a form: the line and the text that it asks for."""
    if not form:
        return {}
    fields = [each for step in form_from(form).steps for each in step.fields]
    line = next((each.key for each in fields if each.type == "text"), None)
    longer = next((each.key for each in fields if each.type == "long_text"), None)
    title, text = given.get("title") or "", given.get("text") or ""
    found: dict[str, Any] = {}
    if line is not None:
        found[line] = title[:LONGEST_LINE]
    if longer is not None:
        found[longer] = text or title
    return found


def _logged(press: _Press, made: _Made) -> int:
    given = press.given
    words = [given.get("title") or "", given.get("text") or ""]
    if made.outcome == Outcome.ANSWERED:
        words.append(given.get("solution") or "")
    kept = calls.CallLog(
        began_at=moment_of(given.get("began") or "", at=press.at),
        outcome=made.outcome,
        channel=given["channel"],
        person_id=press.person_id,
        name=given.get("name") or "",
        number=given.get("number") or "",
        note="\n\n".join(each for each in words if each),
        work=made.number or None,
        call_id=given.get("call"),
    )
    return calls.log_call(kept, **press.by).call_id


def _call_back(press: _Press, made: _Made, call_id: int) -> None:
    given = press.given
    promise = calls.CallBackPromise(
        due_at=given["back_at"],
        reason=given.get("back_reason") or given.get("title") or _("As promised on the telephone"),
        person_id=press.person_id,
        name=given.get("name") or "",
        number=given.get("back_number") or given.get("number") or "",
        work=made.number or None,
        call_id=call_id,
    )
    try:
        calls.promise_call_back(promise, **press.by)
    except Invalid as refusal:
        names = {"due_at": "back_at", "number": "back_number", "reason": "back_reason"}
        raise Invalid(
            {names.get(name, name): texts for name, texts in refusal.fields.items()}
        ) from refusal


def _note(press: _Press) -> str:
    given = press.given
    said = given.get("text") or given.get("title") or _("Asked how far it is.")
    came = given["channel"] == Channel.WALK_IN
    name = _caller_name(press)
    told = _("%(name)s came by: %(text)s") if came else _("%(name)s called: %(text)s")
    return told % {"name": name, "text": said}


def _caller_name(press: _Press) -> str:
    if press.person_id is None:
        return press.given.get("name") or press.given.get("number") or ""
    return people_queries.person_card(press.person_id, actor=press.actor).name


def _solution(press: _Press) -> str:
    usual = press.words.solution if press.words else ""
    return press.given.get("solution") or usual or _("Solved while you were with us.")


def _code(press: _Press) -> str:
    return press.given.get("code") or ResolutionCode.FIXED


def _solved(number: str) -> str:
    return _("%(number)s is logged and solved.") % {"number": number}
