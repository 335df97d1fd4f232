"""An internal audit from its programme to its report, by an impartial auditor with a phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.reception import Reception

TITLE = "Mail, looked at on the spot"
OWNER_OF_MAIL = "viktor.szalai"
AUDITOR = "rosalind.keppel"
NOTE = "Asked two people at the counter."


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_programme_to_report(reception: Reception, language: str) -> None:
    manager = reception.person("process", width=PHONE, language=language)
    auditor = reception.person("auditor", width=PHONE, language=language)
    title = f"{TITLE} ({language})"
    address = planned(manager, title)
    conducted(auditor, address)
    number = found(auditor, address)
    reported(auditor, address, title, number)
    manager.open(address)
    manager.button("Close").click()
    expect(manager.page.get_by_text(manager.words("Closed"), exact=True).first).to_be_visible()


def planned(manager: Visitor, title: str) -> str:
    """Plan an audit; whoever owns what is audited is refused, with the reason."""
    page = manager.page
    manager.open("/governance/audit-programmes/audits-current")
    page.get_by_role("main").get_by_role("link", name=manager.words("New audit")).click()
    today = datetime.now(UTC).date()
    manager.field("What is audited, in a few words").fill(title)
    manager.field("Clauses of the standard").fill("8.6.1")
    mail = page.locator("label.choice", has=page.locator("input[name=services][value=mail]"))
    name = mail.inner_text().strip()
    mail.click()
    page.locator("input[name=starts_on]").fill(today.isoformat())
    page.locator("input[name=ends_on]").fill((today + timedelta(days=5)).isoformat())
    lead = manager.field("Lead auditor")
    lead.fill(OWNER_OF_MAIL)
    page.get_by_role("main").locator("button[type=submit]").click()
    expect(page.locator(".field-error").first).to_contain_text(name)
    expect(manager.field("What is audited, in a few words")).to_have_value(title)
    lead.fill(AUDITOR)
    page.get_by_role("main").locator("button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return "/" + page.url.split("/", 3)[3]


def conducted(auditor: Visitor, address: str) -> None:
    """Begin the audit, and answer question after question until there is none left."""
    page = auditor.page
    auditor.open(address)
    auditor.button("Begin").click()
    questions = page.locator("#audit a[href*='/questions/']")
    expect(questions.first).to_be_visible()
    count = questions.count()
    assert count
    questions.first.click()
    for _each in range(count):
        page.locator("input[name=answer][value=conforms]").check()
        auditor.field("Notes").fill(NOTE)
        auditor.button("Save and go on").click()
    expect(page.locator("#audit").get_by_text(NOTE)).to_have_count(count)


def found(auditor: Visitor, address: str) -> str:
    """Draw a sample, and write down what was found; returns the number of the finding."""
    page = auditor.page
    auditor.open(f"{address}/sample")
    page.locator("input[name=size]").fill("5")
    page.get_by_role("main").locator("button[type=submit]").click()
    expect(page.locator("#audit")).to_contain_text("INC")
    auditor.link("New finding").click()
    page.locator("select[name=grade]").select_option("minor")
    auditor.field("What was found").fill("One of five cases had no cause written down.")
    page.locator("input[name=clause]").fill("8.6.1")
    due = datetime.now(UTC).date() + timedelta(days=30)
    page.locator("input[name=answer_due]").fill(due.isoformat())
    page.get_by_role("main").locator("button[type=submit]").click()
    number = page.get_by_text("FND").first
    expect(number).to_be_visible()
    return str(number.inner_text()).split()[0]


def reported(auditor: Visitor, address: str, title: str, number: str) -> None:
    """Write the conclusion, and read the report as a document."""
    page = auditor.page
    auditor.open(f"{address}/report")
    auditor.field("Conclusion").fill("The desk works carefully.")
    page.get_by_role("main").locator("form button[type=submit]").click()
    document = auditor.context.request.get(f"{auditor.address}{address}/report/pdf")
    text = "".join(each.extract_text() for each in PdfReader(BytesIO(document.body())).pages)
    for each in (title, number, "The desk works carefully."):
        assert each in " ".join(text.split())
