"""The portal as its visitors use it: report, follow, answer, confirm, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys.browser import Visitor
from timshel.operation.work.states import STAGE_NAMES, Stage

FILES = "input[type=file][name=files]"


class Portal:
    """The pages for whoever needs help.

    Args:
        visitor: who looks at them.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def report(
        self,
        *,
        service: str,
        title: str,
        description: str,
        impact: str = "Only me",
        urgency: str = "I cannot work at all",
        files: Sequence[Path] = (),
    ) -> str:
        """Report from the home page that something is broken, and return the number told."""
        visitor, page = self.visitor, self.visitor.page
        visitor.open("/")
        page.get_by_role("main").locator("a.door-broken").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(visitor.words("What is broken?"))
        page.locator(f'a[href$="?service={service}"]').click()
        visitor.field("What is broken?").fill(title)
        visitor.field("What happened?").fill(description)
        visitor.field(impact).check()
        visitor.field(urgency).check()
        if files:
            page.set_input_files(FILES, files)
        visitor.button("Send the report").click()
        page.wait_for_url("**/cases/INC*")
        number = page.url.rsplit("/", 1)[1]
        expect(page.locator("#notices")).to_contain_text(number)
        return number

    def case(self, number: str) -> Case:
        """Open one case."""
        self.visitor.open(f"/cases/{number}")
        return Case(self.visitor, number)


class Case:
    """The page of a case.

    Args:
        visitor: its requester, who has it open.
        number: of the case.
    """

    def __init__(self, visitor: Visitor, number: str) -> None:
        self.visitor = visitor
        self.number = number

    @property
    def conversation(self) -> Locator:
        """Everything that was said, as far as a requester may read it."""
        return self.visitor.page.locator("#conversation")

    @property
    def standing(self) -> Locator:
        """The panel that tells how the case stands."""
        return self.visitor.page.locator("#case-standing")

    def look_again(self) -> None:
        """Load the page anew."""
        self.visitor.reload()

    def is_at(self, stage: Stage) -> None:
        """Check the stage."""
        mark = self.standing.locator(f".stage-{stage.value.replace('_', '-')}")
        expect(mark).to_have_text(self.visitor.words(STAGE_NAMES[stage]))

    def says(self, text: str) -> None:
        """Check that a text of the product is told about how the case stands."""
        expect(self.standing).to_contain_text(self.visitor.words(text))

    def reads(self, text: str) -> None:
        """Check that the requester reads something anywhere on the page."""
        expect(self.visitor.page.get_by_role("main")).to_contain_text(text)

    def never_reads(self, text: str) -> None:
        """Check that nothing in the page, shown or hidden, holds a text."""
        assert text not in self.visitor.page.content()

    def answer(self, text: str, *, files: Sequence[Path] = ()) -> None:
        """Write to whoever helps."""
        self.visitor.field("Your message").fill(text)
        if files:
            self.visitor.page.set_input_files(FILES, files)
        self.visitor.button("Send the message").click()
        self._is_told("Your message is sent.")

    def confirm(self) -> None:
        """Say that it works again."""
        self.visitor.button("Yes, it works again").click()
        self._is_told("Thank you. Your case is closed.")

    def withdraw(self, reason: str) -> None:
        """Say that nobody needs to work on it any more."""
        self.standing.locator("summary", has_text=self.visitor.words("Withdraw")).click()
        self.visitor.field("Why?").fill(reason)
        self.visitor.button("Withdraw the case").click()
        self._is_told("Your case is withdrawn.")

    def _is_told(self, text: str) -> None:
        expect(self.visitor.page.locator("#notices")).to_contain_text(self.visitor.words(text))
