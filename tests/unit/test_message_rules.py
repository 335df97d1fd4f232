"""Identities nobody can guess, subjects that cannot make headers, HTML that cannot run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.support.communication.notices import Enclosure, Letter, compose
from timshel.support.communication.rules import (
    WAITS,
    as_html,
    identity,
    media_type,
    one_line,
    thread_of,
    wait_after,
)

KEY = "k" * 50


def made(thread: str = "incident.INC0000001", name: str = "ab12") -> str:
    return identity(thread, name, domain="timshel.example", key=KEY)


class TestIdentity:
    def test_it_leads_back_to_its_thread(self) -> None:
        assert made().startswith("<incident.INC0000001.ab12.")
        assert made().endswith("@timshel.example>")
        assert thread_of(made(), key=KEY) == "incident.INC0000001"
        assert thread_of(f"  {made()}\r\n", key=KEY) == "incident.INC0000001"

    def test_it_is_the_same_for_the_same_and_another_for_others(self) -> None:
        assert made() == made()
        assert len({made(), made(name="ab13"), made("incident.INC0000002")}) == 3

    @pytest.mark.parametrize(
        "message_id",
        [
            "",
            "<>",
            "@",
            "<incident.INC0000001.ab12@timshel.example>",
            "<incident.INC0000001.ab12.0123456789abcdef@timshel.example>",
            "<x@elsewhere.example>",
            made().replace("INC0000001", "INC0000002"),
            made().replace("ab12", "ab13"),
            made().upper(),
            made() + made(),
        ],
    )
    def test_a_foreign_or_forged_one_belongs_to_no_thread(self, message_id: str) -> None:
        assert thread_of(message_id, key=KEY) is None

    def test_another_installation_signs_otherwise(self) -> None:
        assert thread_of(made(), key="other") is None

    @given(st.text(max_size=200))
    def test_any_text_is_read_without_an_error(self, text: str) -> None:
        assert thread_of(text, key=KEY) is None


def test_waits_grow_to_two_days_and_end() -> None:
    assert wait_after(1) == timedelta(minutes=1)
    assert [wait_after(number + 1) for number in range(len(WAITS))] == list(WAITS)
    assert list(WAITS) == sorted(WAITS)
    assert wait_after(len(WAITS) + 1) is None
    assert timedelta(days=1) < sum(WAITS, timedelta()) < timedelta(days=3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\r\nBcc: x@y.example", "a Bcc: x@y.example"),
        ("a\x00b\x1bc\u2028d\u202ee", "a b c d e"),
        ("  a \t b  ", "a b"),
        ("é" * 30, "é" * 19 + "…"),
        ("", ""),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text, longest=20) == expected


class TestHtml:
    def test_text_is_escaped(self) -> None:
        html = as_html("<script>alert('x')</script> & more", language="en")
        assert "<script" not in html
        assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; more" in html

    def test_paragraphs_and_lines(self) -> None:
        assert "<p>a<br>\nb</p>\n<p>c</p>" in as_html("a\nb\n\n\nc\n", language="en")

    def test_addresses_become_links_without_the_full_stop(self) -> None:
        html = as_html("See https://desk.example/cases/INC1?a=1&b=2.", language="en")
        link = "https://desk.example/cases/INC1?a=1&amp;b=2"
        assert f'<a href="{link}">{link}</a>.' in html

    @pytest.mark.parametrize("text", ["javascript:alert(1)", 'https://x.example/"onclick="x'])
    def test_no_other_link_and_no_attribute_escapes(self, text: str) -> None:
        html = as_html(text, language="en")
        assert "javascript:" not in html.replace("<p>javascript:alert(1)</p>", "")
        assert '"onclick' not in html

    def test_the_language_is_told(self) -> None:
        assert '<html lang="fr">' in as_html("x", language="fr")


def letter(**changes: object) -> EmailMessage:
    given: dict[str, object] = {
        "sender": "Service desk <desk@timshel.example>",
        "reply_to": "desk@timshel.example",
        "name": "Imre Castellane",
        "address": "imre@aldermoor.example",
        "subject": "Réparé : l’écran",
        "text": "Bonjour,\n\nc’est réparé.\n",
        "html": "<p>Bonjour</p>",
        "message_id": made(),
        "references": ("<root@x>", "<last@x>"),
        "is_automatic": True,
        "at": datetime(2026, 3, 2, 12, tzinfo=UTC),
    }
    return compose(Letter(**{**given, **changes}))  # type: ignore[arg-type]


class TestComposing:
    def test_every_header(self) -> None:
        mail = message_from_bytes(letter().as_bytes(), policy=policy.default)
        assert dict(mail.items()) == {
            "From": "Service desk <desk@timshel.example>",
            "Reply-To": "desk@timshel.example",
            "To": "Imre Castellane <imre@aldermoor.example>",
            "Subject": "Réparé : l’écran",
            "Date": "Mon, 02 Mar 2026 12:00:00 +0000",
            "Message-ID": made(),
            "In-Reply-To": "<last@x>",
            "References": "<root@x> <last@x>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "MIME-Version": "1.0",
            "Content-Type": mail["Content-Type"],
        }
        assert mail.get_content_type() == "multipart/alternative"

    def test_text_and_html_come_through(self) -> None:
        mail = message_from_bytes(letter().as_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert html is not None
        assert plain.get_content().replace("\r\n", "\n") == "Bonjour,\n\nc’est réparé.\n"
        assert html.get_content().strip() == "<p>Bonjour</p>"

    def test_what_a_person_wrote_is_not_marked_automatic(self) -> None:
        mail = letter(is_automatic=False)
        assert mail["Auto-Submitted"] is None

    @pytest.mark.parametrize(
        "text", ["x\r\nBcc: evil@x.example", "x\nBcc: evil@x.example", "x\r\n\r\n<script>"]
    )
    def test_no_text_makes_a_header(self, text: str) -> None:
        mail = message_from_bytes(letter(subject=text, name=text).as_bytes(), policy=policy.default)
        assert mail["Bcc"] is None
        assert str(mail["To"]).count("@") >= 1
        assert [address.addr_spec for address in mail["To"].addresses] == ["imre@aldermoor.example"]

    @pytest.mark.parametrize(
        "address",
        ["", "x", "x@", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a b@c.d"],
    )
    def test_an_address_that_is_none_is_refused(self, address: str) -> None:
        with pytest.raises(ValueError, match="not a mail address"):
            letter(address=address)

    def test_lines_stay_within_the_standard(self) -> None:
        raw = letter(subject="ü" * 200, text="x" * 5_000).as_bytes()
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998


class TestFiles:
    def test_a_file_goes_beside_the_text(self) -> None:
        report = Enclosure("Rapport d’été – 3.pdf", "application/pdf", b"%PDF\n.\n\x00")
        sheet = Enclosure("b.csv", "text/csv", "é;1\n".encode())
        mail = message_from_bytes(letter(files=(report, sheet)).as_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        assert mail.get_content_type() == "multipart/mixed"
        body = mail.get_body(("plain",))
        assert body is not None
        assert "c’est réparé." in body.get_content()
        assert mail.get_body(("html",)) is not None
        first, second = mail.iter_attachments()
        assert (first.get_filename(), first.get_content_type()) == (
            "Rapport d’été – 3.pdf",
            "application/pdf",
        )
        assert first.get_content() == b"%PDF\n.\n\x00"
        assert first.get_content_disposition() == "attachment"
        assert second.get_payload(decode=True) == "é;1\n".encode()

    @pytest.mark.parametrize(
        ("given", "sent"),
        [
            ("application/pdf", "application/pdf"),
            ("Text/CSV; charset=utf-8", "text/csv"),
            (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            ("", "application/octet-stream"),
            ("pdf", "application/octet-stream"),
            ("a/b\r\nBcc: x", "application/octet-stream"),
            ("message/rfc822", "application/octet-stream"),
            ("multipart/mixed", "application/octet-stream"),
            ("a/" + "x" * 200, "application/octet-stream"),
        ],
    )
    def test_the_type_of_a_file(self, given: str, sent: str) -> None:
        assert media_type(given) == sent
