"""From broken promises to evidence: the cause is ended, and clauses 9 and 10 read it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Visitor
from tests.journeys.house import House
from tests.journeys.past import in_the_past
from tests.journeys.reception import Reception

SERVICE = "printing"
OWNER = "adaeze.thornquist"
QUESTION = "/governance/conformity/questions/iso-20000-1-2018:"
MEASURED = "9.1-1", "Indicators that say what is measured"
RECORDED = "10.1-3", "Nonconformities that were recorded"
PROVEN = "10.1-2", "Figures before and after a corrective action that prove"


@pytest.fixture(scope="module", autouse=True)
def _late(house: House) -> None:
    in_the_past(house.mail.parent, "late", SERVICE)


def test_from_a_broken_promise_to_the_evidence(reception: Reception, house: House) -> None:
    owner, process = reception.person("owner"), reception.person("process")
    auditor = reception.person("auditor")
    evidence = MEASURED, RECORDED, PROVEN
    before = [found(auditor, *each) for each in evidence]
    address = raised(owner)
    done(owner, address)
    measured_by_an_indicator(process, address)
    in_the_past(house.mail.parent, "days", address.rsplit("/", 1)[1])
    judged(process, address)
    ended(owner, address)
    reviewed(process, address)
    assert [found(auditor, *each) for each in evidence] == [count + 1 for count in before]


def raised(owner: Visitor) -> str:
    """Raise a nonconformity from the breach room: its figures and its owner stand there already."""
    page = owner.page
    owner.open(f"/desk/breaches?service={SERVICE}")
    expect(page.locator("#breach-list .row-late").first).to_contain_text("Pages come out grey")
    page.get_by_role("main").get_by_role("link", name="Raise a nonconformity").click()
    finding = owner.field("What was found?")
    expect(finding).to_have_value(re.compile(r"promises about Printing .*broken", re.I))
    expect(finding).to_have_value(re.compile("INC"))
    expect(owner.field("Who answers for it?")).to_have_value("Adaeze Thornquist")
    expect(page.locator("select[name=source]")).to_have_value("breach")
    page.get_by_role("main").locator("button[type=submit]").click()
    expect(page.locator("#nonconformity")).to_contain_text("promises about")
    page.wait_for_url(re.compile("/NCR[0-9]+$"))
    return "/" + page.url.split("/", 3)[3]


def done(owner: Visitor, address: str) -> None:
    """Correct it, find the cause, plan what will be done, do it, and say so."""
    page = owner.page
    step(owner, "Record the correction")
    owner.field("What was done at once").fill("The two worst printers were taken out.")
    sent(owner)
    step(owner, "Find the cause")
    page.locator("input[name=why_1]").fill("The drums were empty.")
    owner.field("The cause, in a sentence").fill("Nobody orders drums before they are empty.")
    page.locator("select[name=has_similar]").select_option("yes")
    owner.field("Where was looked").fill("The plotters wait for their rolls in the same way.")
    sent(owner)
    step(owner, "Plan what will be done")
    owner.field("What will be done").fill("Order drums at a tenth left.")
    expect(owner.field("Who does it?")).to_have_value(OWNER)
    sent(owner)
    page.locator("#nonconformity .ncr-doings a[href*='/actions/']").click()
    page.locator("textarea[name=outcome]").fill("An order goes out by itself.")
    owner.button("It is done").click()
    expect(page.locator("#action")).to_contain_text("An order goes out by itself.")
    owner.open(address)
    step(owner, "It is implemented")
    expect(owner.field("What was done?")).to_have_value(re.compile("An order goes out by itself"))
    sent(owner)
    expect(page.locator("#nonconformity")).to_contain_text("An order goes out by itself")


def measured_by_an_indicator(process: Visitor, address: str) -> None:
    """Follow the promises of the service by an indicator that says why it is there."""
    page = process.page
    process.open(address)
    process.link("Follow it by an indicator").click()
    expect(page.locator("select[name=measure]")).to_have_value("attainment")
    expect(page.locator("select[name=subject]")).to_have_value(f"service:{SERVICE}")
    for name, value in (("target", "95"), ("warning", "90"), ("critical", "80")):
        page.locator(f"input[name={name}]").fill(value)
    sent(process)
    expect(page.get_by_role("heading", level=1)).to_contain_text("are kept")
    process.open(address)
    expect(page.locator("section[aria-labelledby=ncr-followed]")).to_contain_text("are kept")


def judged(process: Visitor, address: str) -> None:
    """Read the figure before and after: it speaks for the effect, and so does whoever judges."""
    page = process.page
    process.open(address)
    step(process, "Read a figure before and after")
    expect(page.locator("select[name=measure]")).to_have_value("attainment")
    expect(page.locator("select[name=subject]")).to_have_value(f"service:{SERVICE}")
    expect(page.locator("select[name=better]")).to_have_value("higher")
    sent(process)
    expect(page.locator(".ncr-figure")).to_contain_text(process.words("Effective"))
    step(process, "Judge the effect")
    expect(page.locator("input[name=verdict][value=effective]")).to_be_checked()
    page.locator("textarea[name=comment]").fill("The promises are kept since.")
    sent(process)
    expect(page.locator("#nonconformity")).to_contain_text("The promises are kept since.")


def ended(owner: Visitor, address: str) -> None:
    """Close what was found effective."""
    owner.open(address)
    owner.button("Close it").click()
    expect(owner.page.locator("#nonconformity .mark").first).to_contain_text("Closed")


def called(process: Visitor) -> str:
    """Call a meeting of the board that reviews the system, in a month; returns its number."""
    page = process.page
    process.open("/governance/meetings/new?board=management-review")
    process.field("Title").fill("Management review after the breaches")
    begins = datetime.now(UTC) + timedelta(days=30)
    for name, moment in (("starts_at", begins), ("ends_at", begins + timedelta(hours=2))):
        page.locator(f"input[name={name}]").fill(f"{moment:%Y-%m-%dT%H:%M}")
    sent(process)
    return page.url.rsplit("/", 1)[1]


def reviewed(process: Visitor, address: str) -> None:
    """Draw the pack of a management review: what was ended stands in it.

    The review is one of its own, since others look at those of the demonstration.
    """
    page = process.page
    meeting = called(process)
    process.open("/governance/reviews/new")
    process.field("Meeting").select_option(meeting)
    sent(process)
    page.locator("form[action$='/draw'] button").click()
    section = (
        page.get_by_role("main")
        .locator("section")
        .filter(has=page.get_by_role("heading", name=re.compile("nonconformities", re.I)))
    )
    line = section.locator(f"a[href='{address}']").first
    expect(line).to_be_visible()


def found(auditor: Visitor, question: str, evidence: str) -> int:
    """Look at the evidence for a question anew; returns how much of it is current."""
    page = auditor.page
    auditor.open(QUESTION + question)
    look = page.locator("form[action$='/conformity/look']")
    before = look.locator("time").get_attribute("datetime") or ""
    look.get_by_role("button").click()
    expect(look.locator("time")).not_to_have_attribute("datetime", before)
    expect(look.get_by_role("button")).to_be_visible()
    row = page.locator("#question tbody tr").filter(has_text=evidence)
    return int(row.locator("td.numeric").first.inner_text())


def step(visitor: Visitor, name: str) -> None:
    visitor.page.locator("#nonconformity").get_by_role("link", name=name).first.click()


def sent(visitor: Visitor) -> None:
    """Send the form of the page, and see that the next page is another."""
    page = visitor.page
    here = page.url
    page.get_by_role("main").locator("form:not(.filters) button.btn-primary[type=submit]").click()
    page.wait_for_url(lambda url: url != here)
