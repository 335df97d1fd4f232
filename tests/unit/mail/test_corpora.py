"""Reading real mails: what others gathered over the years, where it lies on this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import test.test_email as python_mails

from timshel.interfaces.mail.charsets import read_text
from timshel.interfaces.mail.markup import text_of_html
from timshel.interfaces.mail.parsing import Fault, Unreadable, media_type, parse, text_of
from timshel.interfaces.mail.quoting import Parts, split
from timshel.interfaces.mail.reading import read_mail

PYTHON = Path(python_mails.__file__).parent / "data"
GATHERED = Path(
    os.environ.get("TIMSHEL_MAIL_CORPUS", Path(__file__).parents[4] / "shared" / "data" / "mail")
)
TALON = GATHERED / "talon"
needs_corpus = pytest.mark.skipif(not TALON.is_dir(), reason="the corpus of mails is not here")

# So many of the expected texts that came with the corpus are met: all of them.
STANDARD, HTML, SIGNATURES = 12, 9, 6
IN_HTML = "Hi. I am fine.\n\nThanks,\nAlex"


def mails() -> Iterator[Path]:
    for folder in (PYTHON, GATHERED):
        if folder.is_dir():
            yield from sorted(each for each in folder.rglob("*") if each.is_file())


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def written(found: Parts) -> str:
    return bare(found.reply + found.signature)


@pytest.mark.parametrize("path", list(mails()), ids=lambda path: path.name)
def test_every_mail_is_read_or_said_to_be_unreadable(path: Path) -> None:
    raw = path.read_bytes()
    if "endless" in path.name or not raw.strip():
        with pytest.raises(Unreadable) as refusal:
            read_mail(raw)
        assert refusal.value.fault == (Fault.TOO_MANY_PARTS if raw.strip() else Fault.EMPTY)
        return
    mail = read_mail(raw)
    for text in (mail.subject, mail.text, mail.quoted, mail.signature, mail.html):
        assert "\0" not in text
        text.encode("utf-8")
    assert all(each.name for each in mail.parts)


@needs_corpus
def test_standard_replies_are_found() -> None:
    met = 0
    for path in sorted((TALON / "standard_replies").glob("*.eml")):
        text = path.with_name(f"{path.stem}_reply_text")
        expected = text.read_text() if text.exists() else "Hello"
        plain = next(
            part for part in parse(path.read_bytes()).walk() if media_type(part) == "text/plain"
        )
        met += written(split(text_of(plain))) == bare(expected)
    assert met == STANDARD


@needs_corpus
def test_replies_in_html_are_found() -> None:
    met = 0
    for path in sorted((TALON / "html_replies").glob("*.html")):
        text = text_of_html(read_text(path.read_bytes(), None))
        met += written(split(text)) == bare(IN_HTML)
    assert met == HTML


@needs_corpus
@pytest.mark.parametrize(
    ("name", "expected"),
    [("reply-separated-by-hr", "Hi there Bob"), ("OLK_SRC_BODY_SECTION", "Reply")],
)
def test_quotes_that_a_rule_or_a_mark_sets_off_are_found(name: str, expected: str) -> None:
    text = text_of_html((TALON / f"{name}.html").read_text())
    assert written(split(text)) == bare(expected)


@needs_corpus
def test_signatures_are_found() -> None:
    folder = TALON / "signature" / "emails" / "stripped"
    met = 0
    for path in sorted(folder.glob("*_body")):
        name = path.name.removesuffix("_body")
        text = path.read_text().replace("#sig#", "")
        expected = (folder / f"{name}_signature").read_text().replace("#sig#", "")
        sender = (folder / f"{name}_sender").read_text().strip()
        met += bare(split(text, sender=sender).signature) == bare(expected)
    assert met == SIGNATURES


@needs_corpus
def test_delivery_reports_are_told_from_other_mail() -> None:
    folder = GATHERED / "flanker" / "tests" / "fixtures" / "messages" / "bounce"
    found = {}
    for path in sorted(folder.glob("*.eml")):
        report = read_mail(path.read_bytes()).report
        found[path.stem] = (
            [(each.recipient[:12], each.action, each.status) for each in report.recipients]
            if report
            else None
        )
    assert found == {
        "broken-mime": None,
        "delayed": [("foo@example.", "failed", "4.0.0")],
        "delayed-broken": [("demo@example", "failed", "4.2.2")],
        "gmail-invalid-address": [("awfawfawfawf", "failed", "5.1.0")],
        "gmail-no-dns": [("user@example", "failed", "")],
        "mailbox-full": [("user@aol.com", "failed", "5.2.2")],
        "no-mx": [("user@example", "delayed", "4.4.4")],
        "office365": [("noname@examp", "failed", "5.1.10")],
        "zed": [("asdfasdfasdf", "failed", "5.1.1")],
    }
