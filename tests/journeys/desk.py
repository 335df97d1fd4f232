"""The desk as its people use it: queues, records, and the steps of a record."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.journeys.browser import Visitor
from timshel.operation.work.states import STAGE_NAMES, Stage
from timshel.resolution_fulfilment.incident.states import RESOLUTION_NAMES, ResolutionCode


class Desk:
    """The pages for whoever helps.

    Args:
        visitor: who looks at them.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def go_to(self, place: str) -> Queue:
        """Go to a queue by the navigation and the views beside it, from wherever one is."""
        visitor, page = self.visitor, self.visitor.page
        visitor.open("/desk/")
        opener = visitor.button("Open the menu")
        if opener.is_visible():
            opener.click()
        page.locator("#side-nav").get_by_role("link", name=visitor.words("Queues")).click()
        page.wait_for_url("**/desk/queues/**")  # all of it: on a phone its script folds the views
        views = page.locator("#queue-side")
        fold = views.locator("summary").first
        if fold.is_visible() and not views.locator(".queue-side-entry").first.is_visible():
            fold.click()
        views.get_by_role("link", name=visitor.words(place)).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(visitor.words(place))
        return Queue(visitor)

    def record(self, number: str) -> Record:
        """Open one record."""
        self.visitor.open(f"/desk/incidents/{number}")
        return Record(self.visitor)


class Queue:
    """The page of a queue.

    Args:
        visitor: who has it open.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def row(self, title: str) -> Locator:
        """Return the row of an incident."""
        return self.visitor.page.locator("tr", has=self.visitor.page.get_by_text(title))

    def shows_within(self, title: str, *, seconds: float) -> None:
        """Check that a row appears by itself."""
        expect(self.row(title)).to_be_visible(timeout=seconds * 1000)

    def open(self, title: str) -> Record:
        """Open the record of a row."""
        self.row(title).locator("[data-row]").click()
        self.visitor.page.wait_for_url("**/desk/incidents/INC*")
        return Record(self.visitor)


class Record:
    """The page of an incident at the desk.

    Args:
        visitor: who has it open.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    @property
    def conversation(self) -> Locator:
        """Everything that was said."""
        return self.visitor.page.locator("#conversation")

    @property
    def heading(self) -> Locator:
        """Number and title."""
        return self.visitor.page.get_by_role("heading", level=1)

    @property
    def properties(self) -> Locator:
        """The panel of the properties."""
        return self.visitor.page.locator("#record-properties")

    @property
    def history(self) -> Locator:
        """Everything that was done."""
        return self.visitor.page.locator("#history")

    @property
    def bar(self) -> Locator:
        """The next steps."""
        return self.visitor.page.locator("#record-bar")

    @property
    def step(self) -> Locator:
        """Where the form of a step opens."""
        return self.visitor.page.locator("#step")

    def look_again(self) -> None:
        """Load the page anew."""
        self.visitor.reload()

    def is_at(self, stage: Stage) -> None:
        """Check the stage."""
        mark = self.visitor.page.locator(f"#record-head .stage-{stage.value.replace('_', '-')}")
        expect(mark).to_have_text(self.visitor.words(STAGE_NAMES[stage]))

    def take(self) -> None:
        """Take it."""
        self.bar.get_by_role("button", name=self.visitor.words("Take it")).click()
        self._is_told("You have it now.")

    def begin_reply(self, text: str) -> Locator:
        """Type a reply without sending it, and return the control that holds it."""
        self._unfold("reply")
        control = self.visitor.field("Your reply")
        control.fill(text)
        return control

    def reply(self, text: str) -> None:
        """Reply to the requester."""
        self.begin_reply(text)
        self.send_reply()

    def send_reply(self) -> None:
        """Send the reply that was typed."""
        self.visitor.page.locator("#compose-reply button.btn-primary").click()
        self._is_told("Your reply was sent.")

    def reply_and_wait(self, text: str) -> None:
        """Ask the requester something, and wait for the answer."""
        self.begin_reply(text)
        self.visitor.button("Send reply and wait for the answer").click()
        self._is_told("Your reply was sent.")

    def note(self, text: str) -> None:
        """Keep something that only those who help can read."""
        self._unfold("note")
        self.visitor.field("Your internal note").fill(text)
        self.visitor.button("Keep internal note").click()
        self._is_told("Your note was kept. The requester cannot see it.")

    def begin(self, step: str) -> Locator:
        """Open the form of a step, and return it."""
        self.bar.get_by_role("link", name=self.visitor.words(step)).click()
        form = self.step.locator("form")
        expect(form).to_be_visible()
        return form

    def begin_change(self) -> Locator:
        """Open the form of the properties, and return it."""
        self.visitor.page.locator("#record-properties .panel-head a").click()
        form = self.step.locator("form")
        expect(form).to_be_visible()
        return form

    def wait_for_requester(self, note: str = "") -> None:
        """Wait for the requester's answer."""
        form = self.begin("Wait")
        form.locator("select[name=reason]").select_option("requester")
        form.locator("textarea[name=note]").fill(note)
        form.locator("button.btn-primary").click()
        self.is_at(Stage.WAITING)

    def resolve(self, code: ResolutionCode, text: str) -> None:
        """Resolve it, with how it was done and what the requester reads."""
        form = self.begin("Resolve")
        name = self.visitor.words(RESOLUTION_NAMES[code])
        form.locator("select[name=code]").select_option(label=name)
        form.locator("textarea[name=text]").fill(text)
        form.locator("button.btn-primary").click()
        self._is_told("Resolved. The requester is told.")

    def _unfold(self, kind: str) -> None:
        composer = self.visitor.page.locator(f"#compose-{kind}")
        if composer.get_attribute("open") is None:
            composer.locator("summary").click()

    def _is_told(self, text: str) -> None:
        expect(self.visitor.page.locator("#notices")).to_contain_text(self.visitor.words(text))
