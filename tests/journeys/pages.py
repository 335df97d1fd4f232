"""Every page of the product, in each state that looks different: who opens it, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import FilePayload

from tests.journeys.browser import HEIGHTS, PHONE, Visitor, answered
from tests.journeys.portal import Portal
from timshel.interfaces.web.administration.forecast import plot_grid
from timshel.interfaces.web.administration.forecast import shown as shown_forecast
from timshel.interfaces.web.administration.jobs import ShownJob, shown
from timshel.interfaces.web.errors import server_error
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

# Brings somebody to a page, and returns the address that alone shows it again, where there is one.
Opener = Callable[[Visitor], object]
STRANGER = ""
APPROVALS = "/approvals"
OFFICE_HOURS = "/administration/calendars/office-hours"


@dataclass(frozen=True, slots=True)
class PageCase:
    """One page in one state.

    Args:
        username: of who looks at it; empty for somebody who has not signed in.
        open: brings the visitor there; returns the address that shows it again, if there is one.
        within: what is looked at; a part only where it covers the rest.
    """

    username: str
    open: Opener
    within: str = "html"


def api_reference(visitor: Visitor) -> str:
    """Open the reference, and keep some of its operations: hundreds are built in the same way."""
    path = "/api/v1/docs"
    visitor.open(path)
    most = "main section:nth-of-type(n+4):not(:last-of-type), main article:nth-of-type(n+6)"
    visitor.page.evaluate(f"document.querySelectorAll('{most}').forEach((each) => each.remove())")
    return path


def at(path: str) -> Opener:
    """Open an address."""

    def opener(visitor: Visitor) -> str:
        visitor.open(path)
        return path

    return opener


def bulk_form(visitor: Visitor) -> None:
    """Tick the first of a queue and open all that can be done with it."""
    page = visitor.page
    visitor.open("/desk/queues/all")
    page.locator("#selection input[name=number]").first.check()
    with answered(page):
        page.locator("[data-bulk-bar] button").click()
    for section in page.locator(".bulk-section summary").all():
        section.click()


def bulk_look(visitor: Visitor) -> None:
    """Say what is to be done with the first of a queue."""
    bulk_form(visitor)
    visitor.page.fill("#bulk-reply", "The network is back.")
    visitor.page.select_option("#bulk-urgency", "3")
    with answered(visitor.page):
        visitor.page.locator("main .form-actions button").click()


def bulk_run(visitor: Visitor) -> None:
    """Begin it."""
    bulk_look(visitor)
    with answered(visitor.page):
        visitor.page.locator(".bulk-begin button").click()
    visitor.page.locator(".bulk-standing").wait_for()


def bell(visitor: Visitor) -> None:
    """Open the bell, once what it shows is there."""
    visitor.open("/preferences")
    visitor.page.locator(".bell > summary").click()
    visitor.page.locator(".bell-rows .notice-open").first.wait_for()


def of_first(listing: str, rows: str, *, then: str = "") -> Opener:
    """Open the first thing of a list, or what lies behind its address."""

    def opener(visitor: Visitor) -> str:
        visitor.open(listing)
        address = visitor.page.locator(rows).first.get_attribute("href") or ""
        address = f"{address.partition('?')[0]}{then}" if then else address
        visitor.open(address)
        return address

    return opener


def case_at(stage: str, *, then: str = "") -> Opener:
    """Open one's own case in a stage, or what lies behind its address."""
    standing = "open" if stage in {"new", "in-progress", "waiting"} else "finished"
    rows = f".case-row:has(.mark.stage-{stage}) a.case-link"
    return of_first(f"/cases?show={standing}", rows, then=then)


def record_at(stage: str, *, step: str = "") -> Opener:
    """Open a record in a stage at the IT service desk, perhaps with the form of a step."""
    listing = f"/desk/queues/all?kind=incident&open=all&team=service-desk&stage={stage}"
    return of_first(listing, "[data-row]", then=f"/{step}" if step else "")


def writing_note(visitor: Visitor) -> None:
    """Open a record with the box for internal notes unfolded, and its saved replies."""
    record_at("in_progress")(visitor)
    visitor.page.locator("#compose-note summary").click()
    visitor.page.locator("#compose-note [data-open-replies]").click()
    visitor.page.locator("#compose-note [data-picker] .replies").wait_for()


def macro_of_record(*, chosen: bool) -> Opener:
    """Open the macros of a record, or what the first of them will do."""

    def opener(visitor: Visitor) -> None:
        record_at("in_progress")(visitor)
        visitor.page.locator("[data-key-macros]").click()
        visitor.page.locator(".macro-choice").first.wait_for()
        if chosen:
            visitor.page.locator(".macro-choice").first.click()
            visitor.page.locator(".plan").wait_for()

    return opener


def ordered(kind: str, *, then: str = "") -> Opener:
    """Ask for something, and open the request or its task on the desk."""
    rows = of_first(f"/desk/queues/all?kind={kind}&sort=opened", "[data-row]", then=then)

    def opener(visitor: Visitor) -> object:
        visitor.open("/order/anything-wish")
        visitor.page.locator("[name=subject]").fill("A second key for the cupboard")
        visitor.page.locator("[name=description]").fill("Two of us share it.")
        with answered(visitor.page):
            visitor.page.locator("main button.btn-primary[type=submit]").last.click()
        visitor.page.wait_for_url("**/cases/**")
        return rows(visitor)

    return opener


def of_own(then: str) -> Opener:
    """Ask for something, and open one's own request or what lies behind its address."""

    def opener(visitor: Visitor) -> object:
        ordered("service_request")(visitor)
        visitor.open("/cases")
        rows = visitor.page.locator("a.case-link[href*='/REQ']")
        address = f"{rows.first.get_attribute('href')}{then}"
        visitor.open(address)
        return address

    return opener


def step_at(step: str, stage: str = "in_progress") -> Opener:
    """Open the form of a step on a record."""
    return record_at(stage, step=step)


def sent(opener: Opener, button: str, **filled: str) -> Opener:
    """Send the form of a page, with these controls filled; what is required may be missing."""

    def send(visitor: Visitor) -> None:
        opener(visitor)
        pressed = visitor.page.locator(button).first
        form = pressed.locator("xpath=ancestor::form")
        for name, value in filled.items():
            form.locator(f"[name={name}]").fill(value)
        form.evaluate("form => { form.noValidate = true }")
        with answered(visitor.page):
            pressed.click()

    return send


def asking(then: str) -> Opener:
    """Order something that one's manager has to approve, and open the first of a list."""

    def opener(visitor: Visitor) -> object:
        visitor.open("/order/mobile-abroad")
        form = visitor.page.locator("form:has([name=countries])")
        form.locator("[name=countries]").fill("Norway and Iceland")
        form.locator("[name=first_day]").fill("2030-03-01")
        form.locator("[name=last_day]").fill("2030-03-09")
        form.locator("[name=data]").first.check()
        form.locator("[name=number]").fill("+44 1632 960123")
        with answered(visitor.page):
            form.locator("button.btn-primary").click()
        return of_first(then, ".approval-head a")(visitor)

    return opener


def unfolded(opener: Opener, summary: str) -> Opener:
    """Open a page and unfold a part of it."""

    def unfold(visitor: Visitor) -> None:
        opener(visitor)
        visitor.page.locator(summary).first.click()

    return unfold


def cancelled_case(visitor: Visitor) -> None:
    """Report something and withdraw it."""
    portal = Portal(visitor)
    number = portal.report(service="mail", title="Letters come twice", description="Since today.")
    portal.case(number).withdraw("Solved itself.")


def conflict(visitor: Visitor) -> None:
    """Save a change in one window after another one changed the same field."""
    record_at("in_progress", step="change")(visitor)
    slow = visitor.page
    quick = visitor.context.new_page()
    quick.goto(slow.url)
    seen = slow.locator("#step [name=title]").input_value()
    for page, title in ((quick, f"{seen}!"), (slow, f"{seen}?")):
        form = page.locator("#step form")
        form.locator("[name=title]").fill(title)
        with answered(page):
            form.locator("button[type=submit].btn-primary").click()
    quick.close()
    slow.locator(".conflict").wait_for()


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


def fault(visitor: Visitor) -> None:
    """Show the page of a fault of ours, with the styles of the product that runs."""
    with translation.override(visitor.words.language):
        answer = server_error(RequestFactory().get("/"))
    content = answer.content.decode()
    visitor.page.route(
        "**/fault",
        lambda route: route.fulfill(status=500, content_type="text/html", body=content),
    )
    visitor.open("/fault")


def forecast_in_use(visitor: Visitor) -> None:
    """Show a forecast that is in use: the demonstration has too little history to learn from."""
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


def pressed(keys: str, opens: str, *, typed: str = "") -> Opener:
    """Open a record, press keys once it hears them, and type into what opens."""

    def opener(visitor: Visitor) -> None:
        record_at("in_progress")(visitor)
        visitor.page.locator("html[data-keys]").wait_for(state="attached")
        visitor.page.keyboard.press(keys)
        visitor.page.locator(opens).wait_for()
        if typed:
            visitor.page.keyboard.type(typed)
            visitor.page.locator("#palette-list mark").first.wait_for()

    return opener


def menu(chooses: str) -> PageCase:
    """Return a menu of the top bar, open: the one that chooses something, or a person's own."""
    within = f":has(button[name={chooses}])" if chooses else ":has(.person-button)"

    def opener(visitor: Visitor) -> None:
        visitor.open("/")
        visitor.page.locator(f"details.menu{within} > summary").click()

    return PageCase("requester", opener, within="details.menu[open]")


def navigation(visitor: Visitor) -> None:
    """Open the navigation where it lies behind a button."""
    page = visitor.page
    page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    visitor.open("/desk/queues/mine")
    visitor.button("Open the menu").click()
    page.locator("#side-nav:popover-open").wait_for()


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


def report_helped(visitor: Visitor) -> None:
    """Type a report until something may help at once."""
    REPORT(visitor)
    visitor.page.fill("[name=title]", "Mail program closes when I open an invitation")
    visitor.page.locator("#report-help .report-help").wait_for()


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


PROCESSES = "/administration/processes"
GUESTS = "/administration/guests"
TELEPHONE = "/administration/telephone"
TEAM = "/desk/team/service-desk"
AGREEMENTS = "/administration/agreements"
FORMS = "/administration/forms"
KEPT = "/administration/catalogue/offerings/laptop-standard"
CHARTER = "/governance/charter"
DUTIES = "/governance/responsibilities"
SUBMIT = "button[type=submit].btn-primary"
REPORT = at("/report/incident?service=laptop")
SIGN_IN = at("/sign-in")
BEHIND_A_FIGURE = "/governance/cases?kind=unit&code=institute"
WRONG: dict[str, Any] = {"username": "nobody.at.all", "password": "wrong"}

PAGES: dict[str, PageCase] = {
    "sign-in": PageCase(STRANGER, SIGN_IN),
    "sign-in-refused": PageCase(STRANGER, sent(SIGN_IN, SUBMIT, **WRONG)),
    "not-found-for-strangers": PageCase(STRANGER, at("/nowhere")),
    "api-reference": PageCase(STRANGER, api_reference),
    "fault": PageCase(STRANGER, fault),
    "portal-home": PageCase("requester", at("/")),
    "portal-home-empty": PageCase("auditor", at("/")),
    "language-menu": menu("language"),
    "appearance-menu": menu("theme"),
    "person-menu": menu(""),
    "navigation": PageCase("agent", navigation, within="#side-nav"),
    "report-choose": PageCase("requester", at("/report")),
    "report-choose-found": PageCase("requester", at("/report?q=mail")),
    "report-choose-nothing-found": PageCase("requester", at("/report?q=zeppelin")),
    "report": PageCase("requester", REPORT),
    "report-without-service": PageCase("requester", at("/report/incident")),
    "report-refused": PageCase("requester", sent(REPORT, SUBMIT, description="It hums.")),
    "report-help": PageCase("requester", report_helped),
    "portal-tour": PageCase("customer", at("/")),
    "portal-toured": PageCase("manager", sent(at("/"), "form[action='/tour'] button")),
    "portal-arrange": PageCase("requester", at("/arrange/portal")),
    "guest-links": PageCase("administrator", at(GUESTS)),
    "guest-links-made": PageCase("administrator", sent(at(GUESTS), SUBMIT, label="Hall 3")),
    "guest-links-refused": PageCase("administrator", sent(at(GUESTS), SUBMIT)),
    "guest-report": PageCase("administrator", guest_report),
    "guest-report-refused": PageCase("administrator", guest_refused),
    "guest-case": PageCase("administrator", guest_case),
    "guest-over": PageCase(STRANGER, at("/guest/nothing")),
    "rate-over": PageCase(STRANGER, at("/rate/nothing")),
    "cases-open": PageCase("requester", at("/cases")),
    "cases-finished": PageCase("requester", at("/cases?show=finished")),
    "cases-all": PageCase("requester", at("/cases?show=all")),
    "cases-nothing-found": PageCase("requester", at("/cases?q=zeppelin")),
    "case-new": PageCase("requester", case_at("new")),
    "case-in-progress": PageCase("requester", case_at("in-progress")),
    "case-waiting": PageCase("requester", case_at("waiting")),
    "case-resolved": PageCase("requester", case_at("resolved")),
    "case-closed": PageCase("requester", case_at("closed")),
    "case-cancelled": PageCase("requester", cancelled_case),
    "order": PageCase("requester", at("/order/laptop-standard")),
    "order-joining": PageCase("manager", at("/order/joining-new")),
    "order-wish": PageCase("requester", at("/order/anything-wish")),
    "request-new": PageCase("agent", of_own("")),
    "request-change": PageCase("agent", of_own("/change")),
    "request-promise": PageCase("agent", of_own("/promise")),
    "case-promise": PageCase("requester", case_at("in-progress", then="/promise")),
    "case-promise-waiting": PageCase("requester", case_at("waiting", then="/promise")),
    "case-reply-refused": PageCase(
        "requester", sent(case_at("in-progress"), "#reply button[type=submit]")
    ),
    "search": PageCase("requester", at("/search?q=mail")),
    "search-desk": PageCase("agent", at("/search?q=screen&open=open")),
    "search-empty": PageCase("requester", at("/search")),
    "search-nothing-found": PageCase("requester", at("/search?q=zeppelin")),
    "catalogue": PageCase("requester", at("/catalogue")),
    "catalogue-area": PageCase("requester", at("/catalogue/computer")),
    "catalogue-found": PageCase("requester", at("/catalogue?q=laptop")),
    "catalogue-nothing-found": PageCase("requester", at("/catalogue?q=zeppelin")),
    "offering": PageCase("requester", at("/catalogue/offerings/laptop-standard")),
    "catalogue-tree": PageCase("administrator", at("/administration/catalogue")),
    "catalogue-health": PageCase("administrator", at("/administration/catalogue/health")),
    "catalogue-functions": PageCase("administrator", at("/administration/catalogue/functions")),
    "catalogue-people": PageCase("administrator", at("/administration/catalogue/people?q=im")),
    "catalogue-page": PageCase("administrator", at(KEPT)),
    "catalogue-edit": PageCase("administrator", at(f"{KEPT}/edit")),
    "catalogue-preview": PageCase("administrator", at(f"{KEPT}/preview")),
    "catalogue-version": PageCase("administrator", at(f"{KEPT}/versions/1")),
    "catalogue-entitlements": PageCase("administrator", at(f"{KEPT}/entitlements")),
    "service": PageCase("requester", at("/services/laptop")),
    "preferences": PageCase("requester", at("/preferences")),
    "keys": PageCase("agent", at("/preferences/keys")),
    "keys-refused": PageCase(
        "agent", sent(at("/preferences/keys"), SUBMIT, **{"key-help": "n", "key-go": "n"})
    ),
    "keys-sheet": PageCase("agent", pressed("?", "#keys-sheet[open]"), within="#keys-sheet"),
    "palette": PageCase("agent", pressed("Control+k", "#palette[open]"), within="#palette"),
    "palette-found": PageCase(
        "agent", pressed("Control+k", "#palette[open]", typed="imre"), within="#palette"
    ),
    "notices": PageCase("agent", at("/notifications")),
    "notices-unread": PageCase("auditor", at("/notifications?show=unread")),
    "notices-bell": PageCase("agent", bell),
    "notice-preferences": PageCase("agent", at("/preferences/notifications")),
    "forbidden": PageCase("requester", at("/desk/")),
    "not-found": PageCase("requester", at("/cases/INC9999999")),
    "desk-home": PageCase("agent", at("/desk/")),
    "desk-home-empty": PageCase("auditor", at("/desk/")),
    "desk-arrange": PageCase("agent", at("/arrange/desk")),
    "team": PageCase("lead", at(TEAM)),
    "team-read-only": PageCase("auditor", at(TEAM)),
    "team-refused": PageCase("lead", sent(at(TEAM), SUBMIT)),
    "ratings": PageCase("lead", at("/desk/ratings")),
    "ratings-all": PageCase("lead", at("/desk/ratings?show=all")),
    "ratings-empty": PageCase("facilities", at("/desk/ratings")),
    "queue-mine": PageCase("agent", at("/desk/queues/mine")),
    "queue-teams": PageCase("agent", at("/desk/queues/teams")),
    "queue-unassigned": PageCase("agent", at("/desk/queues/unassigned")),
    "queue-all": PageCase("agent", at("/desk/queues/all?open=all")),
    "queue-tasks": PageCase("agent", at("/desk/queues/all?kind=task")),
    "request-record": PageCase("lead", ordered("service_request")),
    **{
        f"request-{step}": PageCase("lead", ordered("service_request", then=f"/{step}"))
        for step in ("assign", "wait", "cancel", "skip", "move")
    },
    "request-clock": PageCase("lead", ordered("service_request", then="/clocks/fulfil")),
    "task-record": PageCase("lead", ordered("task")),
    **{
        f"task-{step}": PageCase("lead", ordered("task", then=f"/{step}"))
        for step in ("assign", "wait", "ask")
    },
    "task-clock": PageCase("lead", ordered("task", then="/clocks/fulfil")),
    "task-not-done": PageCase("lead", sent(ordered("task"), "button[value=impossible]")),
    "bulk-runs": PageCase("lead", at("/desk/bulk")),
    "bulk-form": PageCase("lead", bulk_form),
    "bulk-look": PageCase("lead", bulk_look),
    "bulk-run": PageCase("lead", bulk_run),
    "troubles": PageCase("process", at("/desk/troubles")),
    "queue-filtered": PageCase("agent", at("/desk/queues/all?stage=waiting&q=a&count=1")),
    "queue-board": PageCase("agent", at("/desk/queues/all?shape=board")),
    "queue-board-people": PageCase("lead", at("/desk/queues/teams?shape=board&by=assignee")),
    "queue-calendar": PageCase("agent", at("/desk/queues/all?shape=calendar")),
    "queue-conditions": PageCase("agent", at("/desk/queues/unassigned/conditions?do=add&new=due")),
    "view-save": PageCase("lead", at("/desk/queues/all/save?stage=new")),
    "view-list": PageCase("agent", at("/desk/views")),
    "queue-mine-empty": PageCase("auditor", at("/desk/queues/mine")),
    "queue-teams-empty": PageCase("auditor", at("/desk/queues/teams")),
    "queue-nothing-fits": PageCase("agent", at("/desk/queues/all?q=zeppelin")),
    "incident-new": PageCase("agent", at("/desk/incidents/new")),
    "incident-new-refused": PageCase("agent", sent(at("/desk/incidents/new"), SUBMIT)),
    "record-new": PageCase("agent", record_at("new")),
    "record-in-progress": PageCase("agent", record_at("in_progress")),
    "record-waiting": PageCase("agent", record_at("waiting")),
    "record-resolved": PageCase("agent", record_at("resolved")),
    "record-closed": PageCase("agent", record_at("closed")),
    "record-read-only": PageCase("auditor", record_at("waiting")),
    "record-reply-refused": PageCase(
        "agent", sent(record_at("in_progress"), "#compose-reply button[type=submit]")
    ),
    "chain": PageCase("agent", record_at("waiting", step="chain")),
    "chain-resolved": PageCase("agent", record_at("resolved", step="chain")),
    "clock": PageCase("agent", record_at("in_progress", step="clocks/resolve")),
    "clock-waiting": PageCase("agent", record_at("waiting", step="clocks/resolve?all=1")),
    "clock-stopped": PageCase("agent", record_at("closed", step="clocks/respond")),
    "record-note": PageCase("agent", writing_note),
    "record-macros": PageCase("agent", macro_of_record(chosen=False)),
    "record-macro": PageCase("agent", macro_of_record(chosen=True)),
    "macros": PageCase("lead", at("/desk/macros")),
    "macro-new": PageCase("lead", at("/desk/macros/new")),
    "macro-steps": PageCase("administrator", of_first("/desk/macros", "tbody th a")),
    "saved-replies": PageCase("agent", at("/desk/replies")),
    "saved-reply-new": PageCase("agent", at("/desk/replies/new")),
    "saved-reply-refused": PageCase("agent", sent(at("/desk/replies/new"), SUBMIT)),
    "text-modules": PageCase("agent", at("/desk/texts")),
    "text-module-new": PageCase("agent", at("/desk/texts/new")),
    "telephone": PageCase("administrator", at(TELEPHONE)),
    "line-new": PageCase("administrator", at(f"{TELEPHONE}/lines/new")),
    "line-new-refused": PageCase("administrator", sent(at(f"{TELEPHONE}/lines/new"), SUBMIT)),
    "line-change": PageCase("administrator", at(f"{TELEPHONE}/lines/change/it-desk")),
    "call-template-new": PageCase("administrator", at(f"{TELEPHONE}/templates/new")),
    "call-template-change": PageCase("administrator", at(f"{TELEPHONE}/templates/change/password")),
    "tags": PageCase("administrator", at("/administration/tags")),
    "tag-change": PageCase("administrator", of_first("/administration/tags", "tbody th a")),
    "tag-change-refused": PageCase(
        "administrator", sent(of_first("/administration/tags", "tbody th a"), SUBMIT, name="")
    ),
    "suppliers": PageCase("administrator", at("/administration/suppliers")),
    "supplier-new": PageCase("administrator", at("/administration/suppliers/new")),
    "supplier-new-refused": PageCase(
        "administrator", sent(at("/administration/suppliers/new"), SUBMIT)
    ),
    "supplier-change": PageCase("administrator", at("/administration/suppliers/northmere/change")),
    "matches": PageCase("agent", record_at("in_progress", step="matches")),
    "outage": PageCase("lead", record_at("in_progress", step="outage")),
    "outage-refused": PageCase(
        "lead", sent(record_at("in_progress", step="outage"), SUBMIT, title="")
    ),
    "step-resolve": PageCase("agent", step_at("resolve")),
    "step-resolve-refused": PageCase(
        "agent", sent(step_at("resolve"), "#step button[type=submit].btn-primary")
    ),
    "step-wait": PageCase("agent", step_at("wait")),
    "step-assign": PageCase("agent", step_at("assign")),
    "step-escalate": PageCase("agent", step_at("escalate")),
    "step-cancel": PageCase("lead", step_at("cancel")),
    "step-reopen": PageCase("agent", step_at("reopen", "resolved")),
    "step-change": PageCase("lead", step_at("change")),
    "step-link": PageCase("agent", step_at("link")),
    "conflict": PageCase("agent", conflict),
    "calendars": PageCase("administrator", at("/administration/calendars")),
    "calendars-read-only": PageCase("auditor", at("/administration/calendars")),
    "calendar": PageCase("administrator", at(OFFICE_HOURS)),
    "calendar-read-only": PageCase("auditor", at(OFFICE_HOURS)),
    "calendar-new": PageCase("administrator", at("/administration/new-calendar")),
    "calendar-new-refused": PageCase(
        "administrator", sent(at("/administration/new-calendar"), SUBMIT, monday="late")
    ),
    "calendar-change": PageCase("administrator", at(f"{OFFICE_HOURS}/change")),
    "calendar-ahead": PageCase(
        "administrator", sent(at(f"{OFFICE_HOURS}/change"), "button[value=preview]")
    ),
    "calendar-file": PageCase("administrator", at(f"{OFFICE_HOURS}/file")),
    "calendar-file-refused": PageCase("administrator", sent(at(f"{OFFICE_HOURS}/file"), SUBMIT)),
    "calendar-file-shown": PageCase("administrator", file_shown),
    "processes": PageCase("process", at(PROCESSES)),
    "processes-read-only": PageCase("agent", at(PROCESSES)),
    "processes-nothing-found": PageCase("process", at(f"{PROCESSES}?q=zeppelin")),
    "process": PageCase("process", process_drawn("approved")),
    "process-read-only": PageCase("agent", process_drawn("approved")),
    "process-new": PageCase("process", at("/administration/new-process")),
    "process-new-refused": PageCase("process", sent(at("/administration/new-process"), SUBMIT)),
    "process-edit": PageCase("process", process_drawn("approved/full/edit")),
    "process-edit-selected": PageCase("process", process_selected),
    "process-trial": PageCase("process", at(f"{PROCESSES}/question/full/trial")),
    "process-trial-begun": PageCase("process", process_tried),
    "process-trial-explored": PageCase("process", at(f"{PROCESSES}/question/full/trial?explore=1")),
    "escalations": PageCase("administrator", at("/administration/escalations")),
    "escalations-read-only": PageCase("auditor", at("/administration/escalations")),
    "escalations-refused": PageCase(
        "administrator",
        sent(at("/administration/escalations"), SUBMIT, **{"escalations-0-moment": ""}),
    ),
    "on-call": PageCase("agent", at("/administration/on-call")),
    "on-call-team": PageCase("lead", at("/administration/on-call/service-desk")),
    "on-call-team-refused": PageCase(
        "lead", sent(at("/administration/on-call/service-desk"), SUBMIT)
    ),
    "on-call-team-read-only": PageCase("agent", at("/administration/on-call/service-desk")),
    "waiting-rules": PageCase("administrator", at("/administration/waiting")),
    "waiting-rules-read-only": PageCase("auditor", at("/administration/waiting")),
    "governance": PageCase("manager", at("/governance/")),
    "governance-units": PageCase("manager", at("/governance/?kind=unit")),
    "governance-customers": PageCase("manager", at("/governance/?kind=customer")),
    "governance-teams": PageCase("lead", at("/governance/?kind=team")),
    "measures": PageCase("manager", at("/governance/measures")),
    "report-card": PageCase("manager", at("/governance/report-cards/unit/institute")),
    "report-card-of-a-service": PageCase("owner", at("/governance/report-cards/service/mail")),
    "report-card-empty": PageCase(
        "auditor",
        at("/governance/report-cards/service/mail?from=2020-01-01&until=2020-01-31"),
    ),
    "report-card-subscribed": PageCase(
        "manager",
        sent(at("/governance/report-cards/team/service-desk"), "form[action$=subscribe] button"),
    ),
    "cases-behind-a-figure": PageCase(
        "manager", at(f"{BEHIND_A_FIGURE}&what=opened&period=this_year")
    ),
    "promises-behind-a-figure": PageCase(
        "manager", at(f"{BEHIND_A_FIGURE}&what=decided&period=this_year")
    ),
    "nothing-behind-a-figure": PageCase(
        "manager", at(f"{BEHIND_A_FIGURE}&what=opened&from=2020-01-01&until=2020-01-31")
    ),
    "charter": PageCase("requester", at("/charter")),
    "charter-of-a-customer": PageCase("customer", at("/charter")),
    "charter-with-lists": PageCase("manager", at("/charter")),
    "charter-list": PageCase("process", at(CHARTER)),
    "charter-new": PageCase("process", at(f"{CHARTER}/new")),
    "charter-new-refused": PageCase("process", sent(at(f"{CHARTER}/new"), SUBMIT, target="soon")),
    "charter-preview": PageCase("process", at(f"{CHARTER}/preview?audience=unit:marine-station")),
    "charter-promise": PageCase("process", at(f"{CHARTER}/promises/heard-in-time")),
    "charter-draft": PageCase("process", at(f"{CHARTER}/promises/rooms-warm")),
    "charter-change": PageCase("process", at(f"{CHARTER}/promises/rooms-warm/change")),
    "responsibilities": PageCase("process", at(DUTIES)),
    "responsibilities-with-gaps": PageCase("auditor", at(f"{DUTIES}?show=gaps")),
    "responsibility-new": PageCase("process", at(f"{DUTIES}/new?kind=service&code=water")),
    "responsibility-new-refused": PageCase("process", sent(at(f"{DUTIES}/new"), SUBMIT)),
    "responsibility-process": PageCase("process", at(f"{DUTIES}/matrices/process/incident")),
    "responsibility-left": PageCase("auditor", at(f"{DUTIES}/matrices/process/service-request")),
    "responsibility-service": PageCase("owner", at(f"{DUTIES}/matrices/service/laptop")),
    "responsibility-change": PageCase("owner", at(f"{DUTIES}/matrices/service/laptop/change")),
    "responsibility-change-refused": PageCase(
        "owner",
        sent(
            at(f"{DUTIES}/matrices/service/laptop/change"),
            SUBMIT,
            **{"activity-0-place": "1", "cell-0-0": "X"},
        ),
    ),
    "responsibility-roles": PageCase("process", at(f"{DUTIES}/roles")),
    "responsibility-role": PageCase("process", at(f"{DUTIES}/roles/incident-manager")),
    "responsibility-role-refused": PageCase(
        "process", sent(at(f"{DUTIES}/roles/incident-manager"), SUBMIT)
    ),
    "responsibility-role-of-teams": PageCase("auditor", at(f"{DUTIES}/roles/first-line")),
    "responsibility-role-new": PageCase("process", at(f"{DUTIES}/roles/new")),
    "responsibility-role-change": PageCase("process", at(f"{DUTIES}/roles/approver/change")),
    "responsibility-mine": PageCase("lead", at(f"{DUTIES}/mine")),
    "responsibility-mine-empty": PageCase("requester", at(f"{DUTIES}/mine")),
    "responsibility-person": PageCase("auditor", at(f"{DUTIES}/people/ingrid.mottola")),
    "call-log": PageCase("agent", at("/desk/log")),
    "call-log-caller": PageCase("lead", at("/desk/log?from=%2B441632960021")),
    "call-log-unknown": PageCase("agent", at("/desk/log?from=%2B441632999999")),
    "calls": PageCase("lead", at("/desk/calls")),
    "calls-none": PageCase("agent", at("/desk/calls?until=2020-01-01")),
    "call-backs": PageCase("agent", at("/desk/call-backs?view=team")),
    "call-backs-none": PageCase("lead", at("/desk/call-backs")),
    "call-measures": PageCase("lead", at("/desk/calls/measures")),
    "breaches": PageCase("manager", at("/desk/breaches")),
    "breaches-by-team": PageCase("lead", at("/desk/breaches?group=team")),
    "breaches-likely": PageCase("manager", at("/desk/breaches?when=likely&group=service")),
    "breaches-nothing-fits": PageCase("agent", at("/desk/breaches?team=nowhere")),
    "forecast": PageCase("administrator", at("/administration/forecast")),
    "forecast-in-use": PageCase("administrator", forecast_in_use),
    "administration": PageCase("administrator", at("/administration/")),
    "jobs": PageCase("administrator", at("/administration/jobs")),
    "jobs-failed": PageCase("administrator", at("/administration/jobs?show=failed")),
    "jobs-in-every-state": PageCase("administrator", every_job),
    "forms": PageCase("administrator", at(FORMS)),
    "forms-nothing-fits": PageCase("administrator", at(f"{FORMS}?q=zeppelin")),
    "form-new": PageCase("administrator", at(f"{FORMS}/new")),
    "form-new-refused": PageCase("administrator", sent(at(f"{FORMS}/new"), SUBMIT)),
    "form": PageCase("administrator", at(f"{FORMS}/new-joiner")),
    "form-draft": PageCase("administrator", form_draft("steps.0")),
    "form-draft-question": PageCase("administrator", form_draft("steps.0.fields.0")),
    "form-draft-answer-missing": PageCase(
        "administrator", form_draft("steps.0.fields.0", then="button[value=add-choice]")
    ),
    "form-with-faults": PageCase("administrator", at(f"{FORMS}/laptop")),
    "form-preview": PageCase("administrator", at(f"{FORMS}/new-joiner/preview")),
    "form-preview-refused": PageCase(
        "administrator",
        sent(at(f"{FORMS}/new-joiner/preview"), ".form-actions button[type=submit].btn-primary"),
    ),
    "form-preview-all": PageCase("administrator", at(f"{FORMS}/field-trip/preview")),
    "agreements": PageCase("administrator", at(AGREEMENTS)),
    "agreements-read-only": PageCase("auditor", at(f"{AGREEMENTS}?kind=operational")),
    "agreements-nothing-fits": PageCase("auditor", at(f"{AGREEMENTS}?q=zeppelin")),
    "agreements-tried": PageCase(
        "administrator", at(f"{AGREEMENTS}?try-tried=on&try-who=imre&try-priority=2")
    ),
    "agreement": PageCase("administrator", at(f"{AGREEMENTS}/standard")),
    "agreement-read-only": PageCase("auditor", at(f"{AGREEMENTS}/standard")),
    "agreement-history": PageCase("auditor", at(f"{AGREEMENTS}/standard/versions")),
    "agreement-new": PageCase("administrator", at(f"{AGREEMENTS}/new")),
    "agreement-new-refused": PageCase(
        "administrator", sent(at(f"{AGREEMENTS}/new"), ".agreement-save button.btn-primary")
    ),
    "agreement-draft": PageCase("administrator", agreement_draft),
    "agreement-publish": PageCase("administrator", agreement_publishing),
    "agreement-preview": PageCase("administrator", agreement_trial),
    "promises": PageCase("requester", at("/promises")),
    "promises-customer": PageCase("customer", at("/promises")),
    "finder": PageCase("manager", at("/governance/finder?period=this_year")),
    "finder-nothing": PageCase("manager", at("/governance/finder?period=last_year")),
    "approvals": PageCase("manager", at(APPROVALS)),
    "approvals-empty": PageCase("agent", at(APPROVALS)),
    "approvals-answered": PageCase("manager", at(f"{APPROVALS}?show=decided")),
    "approvals-all": PageCase("process", at(f"{APPROVALS}?show=all")),
    "approval": PageCase("process", asking(f"{APPROVALS}?show=all")),
    "approval-hand-over": PageCase(
        "process", unfolded(asking(f"{APPROVALS}?show=all"), ".approval-seat summary")
    ),
    "approvals-away": PageCase("requester", at(f"{APPROVALS}/away")),
    "approvals-away-refused": PageCase(
        "manager", sent(at(f"{APPROVALS}/away"), "form.panel button.btn-primary", person="a")
    ),
    "approve-unknown": PageCase(STRANGER, at("/approve/nothing")),
}
