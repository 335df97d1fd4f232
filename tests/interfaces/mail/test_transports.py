"""How the setting chooses the way out, and the folder and console ways."""

from __future__ import annotations

import io
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from timshel.interfaces.mail.transports import (
    ConsoleTransport,
    FolderTransport,
    SmtpTransport,
    StartTls,
    transport_for,
)
from timshel.support.communication.actions import DeliveryFailed, Transport


def mail(identity: str = "<incident.INC0000001.ab.cd@x.example>") -> EmailMessage:
    made = EmailMessage()
    made["To"] = "imre@x.example"
    made["Subject"] = "Réparé"
    made["Message-ID"] = identity
    made.set_content("c’est réparé\n.\nFrom here\n")
    return made


def chosen(url: str) -> Transport:
    return transport_for(url, folder=Path("/mail"), hello="x.example")


def smtp(host: str, port: int, **given: object) -> SmtpTransport:
    return SmtpTransport(host=host, port=port, hello="x.example", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("console", ConsoleTransport()),
        ("folder", FolderTransport(Path("/mail"))),
        ("smtp://relay", smtp("relay", 25)),
        ("smtp://relay:2525?starttls=never", smtp("relay", 2525, starttls=StartTls.NEVER)),
        (
            "smtp://ada%40x.example:p%3Aw@relay:587?starttls=always",
            smtp("relay", 587, user="ada@x.example", password="p:w", starttls=StartTls.ALWAYS),
        ),
        ("smtps://ada:pw@relay", smtp("relay", 465, user="ada", password="pw", is_tls=True)),
        ("smtp://[::1]:25", smtp("::1", 25)),
    ],
)
def test_the_setting_names_the_way(url: str, expected: Transport) -> None:
    assert chosen(url) == expected


@pytest.mark.parametrize(
    "url", ["", "smtp", "smtp://", "imap://x", "smtp://x:many", "smtp://x?starttls=maybe"]
)
def test_a_setting_that_cannot_be_read_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="TIMSHEL_MAIL"):
        chosen(url)


def test_the_password_is_not_shown() -> None:
    assert "secretword" not in repr(chosen("smtp://ada:secretword@relay"))


def test_the_console_prints() -> None:
    stream = io.StringIO()
    ConsoleTransport(stream).deliver(mail())
    assert "To: imre@x.example" in stream.getvalue()


class TestFolder:
    def test_a_mail_is_a_file_that_mail_programs_read(self, tmp_path: Path) -> None:
        FolderTransport(tmp_path / "mail").deliver(mail())
        (file,) = (tmp_path / "mail").iterdir()
        assert file.name == "incident.INC0000001.ab.cd_x.example.eml"
        read = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(read, EmailMessage)
        assert read["Subject"] == "Réparé"
        assert "c’est réparé" in read.get_content()

    def test_the_same_mail_twice_is_one_file(self, tmp_path: Path) -> None:
        for _ in range(2):
            FolderTransport(tmp_path).deliver(mail())
        FolderTransport(tmp_path).deliver(mail("<other@x.example>"))
        assert len(list(tmp_path.iterdir())) == 2

    def test_no_identity_leads_out_of_the_folder(self, tmp_path: Path) -> None:
        FolderTransport(tmp_path / "mail").deliver(mail("<../../etc/passwd@x>"))
        (file,) = (tmp_path / "mail").iterdir()
        assert "/" not in file.name
        assert [each.name for each in tmp_path.iterdir()] == ["mail"]

    def test_a_folder_that_cannot_be_written_is_a_failure(self, tmp_path: Path) -> None:
        (tmp_path / "mail").write_text("in the way")
        with pytest.raises(DeliveryFailed, match="cannot be written"):
            FolderTransport(tmp_path / "mail").deliver(mail())
