"""One mail has one fingerprint, whichever way it came; another mail has another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.support.communication.queries.mailboxes import plain_address
from timshel.support.communication.rules import TRACE_HEADERS, fingerprint

MAIL = b"From: imre@x.example\nSubject: Dark\n in the hall\n\nThe light.\n"
BYTES = st.binary(max_size=200)


@given(BYTES, BYTES)
def test_line_ends_and_what_follows_the_end_do_not_count(head: bytes, body: bytes) -> None:
    raw = b"Subject: x" + head.replace(b"\r", b"") + b"\n\n" + body.replace(b"\r", b"")

    assert fingerprint(raw) == fingerprint(raw.replace(b"\n", b"\r\n"))
    assert fingerprint(raw) == fingerprint(raw + b"\r\n")


@given(st.sampled_from(sorted(TRACE_HEADERS)), st.binary(max_size=50))
def test_what_servers_write_above_does_not_count(name: bytes, value: bytes) -> None:
    plain = value.replace(b"\r", b" ").replace(b"\n", b"\n\t")

    assert fingerprint(name.title() + b": " + plain + b"\n" + MAIL) == fingerprint(MAIL)


@given(BYTES)
def test_every_other_byte_counts(more: bytes) -> None:
    changed = MAIL + b"-" + more + b"-"

    assert fingerprint(changed) != fingerprint(MAIL)
    assert fingerprint(b"X-Other: " + more.replace(b"\n", b"") + b"\n" + MAIL) != fingerprint(MAIL)


def test_the_from_line_of_mailbox_files_does_not_count() -> None:
    assert fingerprint(b"From imre@x.example Mon Mar  2 12:00:00 2026\n" + MAIL) == (
        fingerprint(MAIL)
    )


def test_a_trace_within_the_message_counts() -> None:
    enclosed = MAIL + b"\nReceived: from a by b\n"

    assert fingerprint(enclosed) != fingerprint(MAIL)


@pytest.mark.parametrize(
    ("given_address", "plain"),
    [
        ("Desk@X.example", "desk@x.example"),
        ("<desk+INC0000012@x.example>", "desk@x.example"),
        ("desk", "desk"),
        ("", ""),
        ("a\0b@x.example", "ab@x.example"),
    ],
)
def test_addresses_are_compared_without_what_does_not_count(given_address: str, plain: str) -> None:
    assert plain_address(given_address) == plain
