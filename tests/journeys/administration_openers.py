"""Ways to pages of the administration that ask for more than an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import FilePayload

from tests.journeys.browser import Visitor, answered
from tests.journeys.openers import SUBMIT, Opener, at, sent
from timshel.interfaces.web.administration.forecast import plot_grid
from timshel.interfaces.web.administration.forecast import shown as shown_forecast
from timshel.interfaces.web.administration.jobs import ShownJob, shown
from timshel.kernel.actor import system_actor
from timshel.kernel.progress.queries import ErrandRow
from timshel.kernel.progress.states import ErrandState
from timshel.relationship_agreement.service_level.queries.forecasts import ForecastView, PartView
from timshel.relationship_agreement.service_level.rules.forecast_quality import (
    Score,
    Tenth,
    Verdict,
)
from timshel.relationship_agreement.service_level.states import ClockKind

PROCESSES = "/administration/processes"
GUESTS = "/administration/guests"
AGREEMENTS = "/administration/agreements"
FORMS = "/administration/forms"
OFFICE_HOURS = "/administration/calendars/office-hours"


def file_shown(visitor: Visitor) -> None:
    """Look at what a file would change in a calendar, with an event that cannot be used."""
    visitor.open(f"{OFFICE_HOURS}/file")
    form = visitor.page.locator("form:has([name=file])")
    content = "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            *("BEGIN:VEVENT", "SUMMARY:Closing", "DTSTART;VALUE=DATE:20901224", "END:VEVENT"),
            *("BEGIN:VEVENT", "SUMMARY:Never", "END:VEVENT"),
            "END:VCALENDAR",
        )
    )
    file: FilePayload = {
        "name": "days.ics",
        "mimeType": "text/calendar",
        "buffer": content.encode(),
    }
    form.locator("[name=file]").set_input_files(files=[file])
    with answered(visitor.page):
        form.locator("button[type=submit]").click()


def forecast_in_use(visitor: Visitor) -> None:
    """Show a forecast that is in use: the demonstration learns its own only at night."""
    visitor.open("/administration/forecast")
    part = PartView(clocks=3715, broken=710, first=None, last=None)
    good, poor = Score(0.167, 0.508, 0.827), Score(0.249, 0.691, None)
    view = ForecastView(
        kind=ClockKind.RESOLVE,
        learnt_at=datetime.now(UTC),
        cases=18_575,
        verdict=Verdict.USED,
        learnt=part,
        calibrated=part,
        measured=part,
        looks=13_532,
        base_rate=0.489,
        model=good,
        fallback=poor,
        base=poor,
        table=tuple(
            Tenth(number / 10, 90 * number, number / 10 + 0.04, number / 10 + 0.06)
            for number in range(10)
        ),
        open_clocks=72,
        learnt_clocks=72,
    )
    with translation.override(visitor.words.language):
        section = render_to_string(
            "administration/forecast_section.html",
            {"each": shown_forecast(view), "grid": plot_grid()},
        )
    visitor.page.locator("#forecasts").evaluate(
        "(region, section) => { region.innerHTML = section }", section
    )


def every_job(visitor: Visitor) -> None:
    """Show jobs in every state: those that run or fail by themselves cannot be waited for."""
    visitor.open("/administration/jobs")
    now = datetime.now(UTC)
    with translation.override(visitor.words.language):
        rows = "".join(
            render_to_string("administration/job_row.html", {"job": job(number, state, now)})
            for number, state in enumerate(ErrandState, 1)
        )
    drawn = f'<div id="jobs"><ul class="job-list panel">{rows}</ul></div>'
    visitor.page.locator("#jobs").evaluate("(region, drawn) => { region.outerHTML = drawn }", drawn)


def job(number: int, state: ErrandState, now: datetime) -> ShownJob:
    """Return a job in a state as the page of jobs draws it."""
    has_ended = state in {ErrandState.DONE, ErrandState.FAILED}
    row = ErrandRow(
        id=number,
        kind="clocks.refresh",
        title="Reading clocks again",
        state=state,
        requested_by="Timshel",
        is_own=True,
        done=33_000,
        total=None if state is ErrandState.DONE else 120_000,
        percent=None if state is ErrandState.DONE else 27,
        result={"note": "33,000"},
        error="OSError: [Errno 28] No space left on device: '/var/lib/timshel/files/x'",
        attempts=2,
        created_at=now - timedelta(hours=1),
        started_at=now,
        moved_at=now,
        due_at=now + timedelta(minutes=5) if state is ErrandState.DELAYED else None,
        finished_at=now if has_ended else None,
    )
    return shown(row, actor=system_actor())


def agreement_draft(visitor: Visitor) -> None:
    """Open the draft of an agreement, begun with what is in force."""
    visitor.open(f"{AGREEMENTS}/standard")
    start = visitor.page.locator("form[action$='/start'] button")
    if start.count():
        with answered(visitor.page):
            start.click()
    else:
        visitor.open(f"{AGREEMENTS}/standard/draft")


def agreement_publishing(visitor: Visitor) -> None:
    """Open the last page before a draft is published."""
    agreement_draft(visitor)
    visitor.open(f"{AGREEMENTS}/standard/publish")


def agreement_trial(visitor: Visitor) -> None:
    """Try a draft over past cases."""
    agreement_draft(visitor)
    visitor.open(f"{AGREEMENTS}/standard")
    with answered(visitor.page):
        visitor.page.locator("form[action$='/preview-begin'] button").click()


def form_draft(part: str, *, then: str = "") -> Opener:
    """Open a part of a form's draft, and perhaps press a button there."""

    def opener(visitor: Visitor) -> None:
        visitor.open(f"{FORMS}/laptop")
        start = visitor.page.locator("form[action$='/start'] button")
        if start.count():
            with answered(visitor.page):
                start.click()
        visitor.open(f"{FORMS}/laptop/draft?part={part}")
        if then:
            with answered(visitor.page):
                visitor.page.locator(then).click()

    return opener


def process_drawn(path: str) -> Opener:
    """Open a page with a diagram, and wait until it is drawn."""

    def opener(visitor: Visitor) -> None:
        visitor.open(f"{PROCESSES}/{path}")
        visitor.page.locator("[data-drawn]").first.wait_for()

    return opener


def process_selected(visitor: Visitor) -> None:
    """Open the editor with a task for people selected."""
    process_drawn("approved/full/edit")(visitor)
    visitor.page.locator("[data-elements]").select_option("manager_agrees")
    visitor.page.locator("[data-property=people]").first.wait_for()


def process_tried(visitor: Visitor) -> None:
    """Begin a trial of a process."""
    visitor.open(f"{PROCESSES}/approved/full/trial")
    with answered(visitor.page):
        visitor.page.locator("button[value=begin]").click()
    visitor.page.locator("[data-drawn]").first.wait_for()


def guest_report(visitor: Visitor) -> str:
    """Make a link for guests, and open it."""
    sent(at(GUESTS), SUBMIT, label="Lecture hall 2")(visitor)
    address = visitor.page.locator("#new-link ~ p input").input_value()
    path = "/guest/" + address.rpartition("/")[2]
    visitor.open(path)
    return path


def guest_refused(visitor: Visitor) -> None:
    """Send what a guest has left empty."""
    sent(guest_report, SUBMIT, description="Since noon.")(visitor)


def guest_case(visitor: Visitor) -> None:
    """Report something as a guest, and read what became of it."""
    who = {"name": "Ottilie Marsh", "email": "ottilie@marsh.example"}
    sent(guest_report, SUBMIT, title="The tap drips", **who)(visitor)
