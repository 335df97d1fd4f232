"""Documents as people meet them: the register, writing, approving, reading and confirming."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.documents import approved, begun, drafted, effective, told
from tests.interfaces.web.desk import browser_of, earlier, now, text_of, words_of
from timshel.support.documentation.models import Document, DocumentVersion
from timshel.support.documentation.rules import Audience
from timshel.support.documentation.states import AboutKind

pytestmark = pytest.mark.django_db
BASE = "/governance/documents"
ENTRY = {
    "title": "Incident procedure",
    "code": "incident-procedure",
    "kind": "procedure",
    "owner": "Bastian Nwosu",
    "clause": "8.6.1",
    "about": "",
    "review_months": "12",
    "retention_months": "36",
}


def test_a_document_is_begun_written_approved_and_read(cast: Cast) -> None:
    owner, approver = browser_of(cast.process_owner), browser_of(cast.manager)
    assert "No documents yet" in words_of(owner.get(BASE))
    refused = owner.post(f"{BASE}/new", {**ENTRY, "code": "Not so", "owner": "nobody at all"})
    assert refused.status_code == 422
    assert "Nobody was found" in text_of(refused)
    assert 'value="Incident procedure"' in text_of(refused)
    assert owner.post(f"{BASE}/new", ENTRY).status_code == 302
    number = f"DOC{Document.objects.get().pk:07d}"
    page = f"{BASE}/{number}"
    empty = owner.post(f"{page}/write", {"text": " ", "asks_reading": "on"})
    assert "Please write the text, or add a file." in text_of(empty)
    written = {"text": "Restore **service**.", "asks_reading": "on", "change_note": "All of it."}
    assert owner.post(f"{page}/write", written).status_code == 302
    assert "Restore **service**." in text_of(owner.get(f"{page}/write"))
    own = owner.post(f"{page}/submit", {"approver": "bastian.nwosu"})
    assert "Somebody other than the author approves a version." in text_of(own)
    assert owner.post(f"{page}/submit", {"approver": "wendell"}).status_code == 302
    assert "waits for Wendell" in words_of(owner.get(page))
    assert "This version waits for you" in words_of(approver.get(page))
    assert owner.post(f"{page}/approve").status_code == 403
    assert approver.post(f"{page}/send-back", {"reason": " "}).status_code == 422
    assert approver.post(f"{page}/send-back", {"reason": "Who is told?"}).status_code == 302
    assert "It was sent back: Who is told?" in words_of(owner.get(page))
    owner.post(f"{page}/submit", {"approver": "wendell"})
    assert approver.post(f"{page}/approve").status_code == 302
    reader = browser_of(cast.requester)
    shown = text_of(reader.get(page))
    assert "<strong>service</strong>" in shown
    assert "Withdraw" not in shown
    assert "Incident procedure" in words_of(reader.get(f"{BASE}?q=restore"))
    assert "Nothing fits" in words_of(reader.get(f"{BASE}?q=zebra"))
    sheet = reader.get(f"{BASE}/xlsx")
    assert sheet["Content-Type"].startswith("application/vnd")
    assert browser_of(cast.customer).get(page).status_code == 404
    found = words_of(reader.get("/search?q=incident+procedure"))
    assert "Incident procedure" in found


def test_versions_differ_in_words_not_in_colours_alone(cast: Cast) -> None:
    number = effective(cast, at=earlier(3))
    approved(cast, number, at=earlier(2), text="Restore service at once.")
    page = f"{BASE}/{number}"
    owner = browser_of(cast.process_owner)
    seen = words_of(owner.get(f"{page}/differences?before=1&after=2"))
    assert "+ new Restore service at once." in seen
    assert "− gone Restore service." in seen
    assert "No line differs" in words_of(owner.get(f"{page}/differences?before=1&after=1"))
    assert "Version 1 by" in words_of(owner.get(f"{page}/versions/1"))
    reader = browser_of(cast.requester)
    for address in ("differences?before=1&after=2", "versions/1", "differences?before=x"):
        assert reader.get(f"{page}/{address}").status_code == 404
    assert owner.get(f"{page}/versions/99999999999").status_code == 404


def test_an_entry_is_changed_and_what_was_typed_is_kept(cast: Cast) -> None:
    number = effective(cast, at=earlier())
    page = f"{BASE}/{number}"
    owner = browser_of(cast.process_owner)
    revision = Document.objects.get().revision
    assert owner.post(f"{page}/change", {**ENTRY, "title": "Incidents"}).status_code == 302
    late = owner.post(f"{page}/change", {**ENTRY, "title": "Mine", "revision": str(revision)})
    assert late.status_code == 422
    assert "Somebody else changed this document meanwhile" in text_of(late)
    assert 'value="Mine"' in text_of(late)
    late = owner.post(f"{page}/write", {"text": "Mine", "revision": str(revision)})
    assert "Somebody else changed this document meanwhile" in text_of(late)
    for address in ("change", "write", "submit", "review", "withdraw", "distribute", "send-back"):
        assert browser_of_reader(cast).get(f"{page}/{address}").status_code == 403, address
    assert browser_of_reader(cast).get(f"{BASE}/new").status_code == 403


def test_what_it_is_about_is_chosen_and_shown_by_name(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    assert '<option value="service:laptop">Laptop and screen</option>' in text_of(
        owner.get(f"{BASE}/new")
    )
    wrong = owner.post(f"{BASE}/new", {**ENTRY, "about": "service:no-such"})
    assert wrong.status_code == 422
    assert 'value="Incident procedure"' in text_of(wrong)
    assert owner.post(f"{BASE}/new", {**ENTRY, "about": "service:laptop"}).status_code == 302
    row = Document.objects.get()
    assert (row.about_kind, row.about_code) == ("service", "laptop")
    page = f"{BASE}/DOC{row.pk:07d}"
    assert "A service Laptop and screen" in words_of(owner.get(page))
    assert '<option value="service:laptop" selected>' in text_of(owner.get(f"{page}/change"))
    given = {**ENTRY, "about": "", "revision": str(row.revision)}
    assert owner.post(f"{page}/change", given).status_code == 302
    assert Document.objects.get().about_kind == "none"


def test_what_is_gone_stays_chosen(cast: Cast) -> None:
    number = effective(cast, at=earlier(), about_kind=AboutKind.CUSTOMER, about_code="gone")
    form = text_of(browser_of(cast.process_owner).get(f"{BASE}/{number}/change"))
    assert '<option value="customer:gone" selected>gone</option>' in form


def test_the_register_is_narrowed_by_what_the_reader_knows_of(cast: Cast) -> None:
    laptop = {"about_kind": AboutKind.SERVICE, "about_code": "laptop"}
    mail = {"about_kind": AboutKind.SERVICE, "about_code": "mail"}
    effective(cast, at=earlier(), code="laptops", title="Laptop procedure", **laptop)
    begun(cast, at=earlier(), code="mails", title="Mail procedure", **mail)
    owner, reader = browser_of(cast.process_owner), browser_of(cast.requester)
    assert 'value="service:mail"' in text_of(owner.get(BASE))
    offered = text_of(reader.get(BASE))
    assert 'value="service:laptop"' in offered
    assert 'value="service:mail"' not in offered
    for query in ("about=service:mail", "about=service:mail&owner=bastian.nwosu"):
        narrowed = words_of(owner.get(f"{BASE}?{query}"))
        assert "Mail procedure" in narrowed
        assert "Laptop procedure" not in narrowed
    assert "Laptop procedure" in words_of(owner.get(f"{BASE}?owner=bastian.nwosu"))


_readers: dict[int, Any] = {}


def browser_of_reader(cast: Cast) -> Any:
    """The requester's browser, the same for a whole test."""
    key = id(cast)
    if key not in _readers:
        _readers.clear()
        _readers[key] = browser_of(cast.requester)
    return _readers[key]


def test_it_is_distributed_read_and_confirmed(cast: Cast) -> None:
    number = effective(cast, at=earlier())
    page = f"{BASE}/{number}"
    owner, agent = browser_of(cast.process_owner), browser_of(cast.agent)
    assert "Nothing is left to read" in words_of(agent.get(f"{BASE}/reading"))
    wrong = owner.post(f"{page}/distribute", {"people": "nobody at all"})
    assert "Nobody was found" in text_of(wrong)
    assert "nobody at all" in text_of(wrong)
    given = {"units": ["it"], "roles": ["auditor"], "people": "petra.wolmar"}
    assert owner.post(f"{page}/distribute", given).status_code == 302
    assert 'value="it"' in text_of(owner.get(f"{page}/distribute"))
    assert "Incident procedure" in words_of(agent.get(f"{BASE}/reading"))
    assert "I have read and understood it" in text_of(agent.get(page))
    assert agent.post(f"{page}/confirm", {"version": "x"}).status_code == 409
    assert agent.post(f"{page}/confirm", {"version": "1"}).status_code == 302
    assert "Incident procedure" in words_of(agent.get(f"{BASE}/reading?which=confirmed"))
    assert "You read and understood it:" in words_of(agent.get(page))
    assert "Jonas Okereke" in words_of(owner.get(f"{page}/readers?which=confirmed"))
    assert "Petra Wolmar" in words_of(owner.get(f"{page}/readers"))
    assert agent.get(f"{page}/readers").status_code == 403
    assert "1 of" in words_of(owner.get(page))


def test_it_is_looked_at_again_and_withdrawn(cast: Cast) -> None:
    number = effective(cast, at=earlier(24 * 500))
    page = f"{BASE}/{number}"
    owner = browser_of(cast.process_owner)
    assert "overdue" in words_of(owner.get(f"{BASE}?overdue=on"))
    assert owner.post(f"{page}/review", {"note": "Read it all."}).status_code == 302
    assert "Nothing fits" in words_of(owner.get(f"{BASE}?overdue=on"))
    assert owner.post(f"{page}/withdraw", {"reason": ""}).status_code == 422
    assert owner.post(f"{page}/withdraw", {"reason": "Part of the plan."}).status_code == 302
    assert "Withdrawn: Part of the plan." in words_of(owner.get(page))
    assert Document.objects.get().withdrawn_at is not None


def test_a_file_is_kept_and_sent_as_a_download(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIRECTORY = tmp_path
    number = begun(cast, at=earlier())
    owner = browser_of(cast.process_owner)
    file = io.BytesIO(b"%PDF-1.7")
    file.name = "plan.pdf"
    assert owner.post(f"{BASE}/{number}/write", {"file": file}).status_code == 302
    assert "plan.pdf" in text_of(owner.get(f"{BASE}/{number}/write"))
    sent = owner.get(f"{BASE}/{number}/versions/1/file")
    assert b"".join(sent.streaming_content) == b"%PDF-1.7"
    assert "attachment" in sent["Content-Disposition"]
    assert browser_of(cast.requester).get(f"{BASE}/{number}/versions/1/file").status_code == 404
    DocumentVersion.objects.update(file_sha256="")
    assert owner.get(f"{BASE}/{number}/versions/1/file").status_code == 404


def test_lists_take_as_many_queries_with_three_as_with_ten(cast: Cast) -> None:
    owner, agent = browser_of(cast.process_owner), browser_of(cast.agent)
    counts: dict[str, set[int]] = {}
    for position in range(10):
        more = {"code": f"d-{position}", "title": f"Document {position}"}
        number = effective(cast, at=earlier(), **more)
        told(cast, number, Audience(units=("it",)), at=now())
        drafted(cast, number, at=now(), text="Next.")
        if position in (2, 9):
            for name, client, address in (
                ("list", owner, BASE),
                ("own", agent, BASE),
                ("reading", agent, f"{BASE}/reading"),
                ("readers", owner, f"{BASE}/{number}/readers"),
                ("document", owner, f"{BASE}/{number}"),
            ):
                client.get(address)
                with CaptureQueriesContext(
                    connection,
                ) as seen:
                    assert client.get(address).status_code == 200
                counts.setdefault(name, set()).add(len(seen))
    assert all(len(found) == 1 for found in counts.values()), counts
