"""The communication plan on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import Cast
from timshel.support.communication_plan import actions
from timshel.support.communication_plan.actions import Told
from timshel.support.communication_plan.models import Feedback, PlannedCommunication
from timshel.support.communication_plan.rules import PlanContent
from timshel.support.communication_plan.states import Rhythm

FORM = {
    "subject": "Planned work",
    "message": "What is done, and when",
    "stakeholders": "All staff",
    "owner": "Imre Castellane",
    "due_date": "2099-12-31",
    "medium": "mail",
    "rhythm": "once",
}
SAID = {
    "subject": "Planned work",
    "message": "What is done, and when",
    "stakeholders": "All staff",
    "owner": "imre.castellane",
    "due_date": "2099-12-31",
}
TELLING = {"day": "2026-01-02", "said": "By mail"}
SETTLED = {"answer": "It is done."}
BODIES: dict[str, dict[str, Any]] = {
    "communication-new": FORM,
    "communication-change": {**FORM, "revision": "2"},
    "communication-tell": TELLING,
    "communication-cancel": {"reason": "Nothing is done."},
    "communication-feedback": {
        "outsider": "A supplier",
        "received_on": "2026-01-02",
        "text": "Too late",
    },
    "communication-settle": SETTLED,
    "communication-open": {"text": "Too late"},
    "api-list_communications": SAID,
    "api-read_communication": {**SAID, "revision": 2},
    "api-tell_communication": TELLING,
    "api-cancel_communication": {"reason": "Nothing is done."},
    "api-record_feedback": {"who": "A supplier", "text": "Late", "received_on": "2026-01-02"},
    "api-settle_feedback": SETTLED,
    "api-read_open_communication": {"text": "Too late"},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Plan something that everybody hears, and let something come back."""
    number = _told(cast, 0, at=at)
    key = Feedback.objects.order_by("pk")[0].pk
    return {
        "<str:communication>": number,
        "<int:feedback>": str(key),
        "/planned-communications/<number>": f"/planned-communications/{number}",
        "/feedback/<feedback>": f"/feedback/{key}",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Tell one more, and let something come back."""
    _told(cast, position, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about communications."""
    number = PlannedCommunication.objects.order_by("pk")[0].number
    key = Feedback.objects.order_by("pk")[0].pk
    whole, one = "/governance/communications", f"/governance/communications/{number}"
    program = "/api/v1/planned-communications"
    return {
        "communication-list": ("process_owner", whole),
        "communication-list-xlsx": ("process_owner", f"{whole}/xlsx"),
        "communication-feedback-list": ("process_owner", f"{whole}/feedback"),
        "communication-new": ("process_owner", f"{whole}/new"),
        "communication": ("process_owner", one),
        "communication-change": ("process_owner", f"{one}/change"),
        "communication-tell": ("process_owner", f"{one}/tell"),
        "communication-cancel": ("process_owner", f"{one}/cancel"),
        "communication-feedback": ("process_owner", f"{one}/feedback"),
        "communication-settle": ("process_owner", f"{one}/feedback/{key}"),
        "communication-open": ("process_owner", f"{one}/open"),
        "api-list_communications": ("api-process_owner", program),
        "api-list_waiting_feedback": ("api-process_owner", f"{program}/feedback"),
        "api-read_communication": ("api-process_owner", f"{program}/{number}"),
        "api-read_open_communication": ("api-process_owner", f"{program}/{number}/open"),
    }


def _told(cast: Cast, position: int, *, at: datetime) -> str:
    content = PlanContent(
        subject=f"Planned work {position}",
        message="What is done, and when",
        stakeholders="All staff",
        owner="imre.castellane",
        due_date=at.date(),
        rhythm=Rhythm.MONTHLY,
        is_open=True,
    )
    given: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    number = actions.plan_communication(content, **given)
    today: date = at.date()
    told = Told(today - timedelta(days=1), "By mail", reached=7)
    actions.tell_communication(number, told=told, today=today, **given)
    actions.record_feedback(
        number, text="Too late", outsider="A supplier", received_on=today, today=today, **given
    )
    return number
