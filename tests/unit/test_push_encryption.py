"""Push messages are encrypted for one browser as RFC 8291 says, and signed as RFC 8292 says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from tests.push import Browser
from timshel.support.notification import encryption
from timshel.support.notification.encryption import from_base64, to_base64

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64(text), "big"), encryption.CURVE)


def test_the_example_of_the_standard() -> None:
    """RFC 8291, appendix A: the keys and what follows from them."""
    ours = private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    theirs = private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94").public_key()
    key, nonce, _salt = encryption._content_key(
        ours,
        theirs,
        from_base64("BTBZMqHH6r4Tts7J_aSIgg"),
        from_base64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert to_base64(key) == "oIhVW04MRdy2XN9CiKLxTg"
    assert to_base64(nonce) == "4h_95klXJ5E_qnoN"


@given(payload=st.binary(max_size=encryption.LONGEST_PAYLOAD))
def test_only_the_browser_reads_it(payload: bytes) -> None:
    browser, other = Browser(), Browser()
    sent = encryption.encrypted(payload, public_key=browser.public_key, secret=browser.secret)
    assert browser.read(sent) == payload
    assert len(sent) <= encryption.RECORD_BYTES
    with pytest.raises(InvalidTag):
        other.read(sent)


def test_two_of_the_same_are_not_alike() -> None:
    browser = Browser()
    keys = {"public_key": browser.public_key, "secret": browser.secret}
    assert encryption.encrypted(b"x", **keys) != encryption.encrypted(b"x", **keys)


def test_what_is_too_long_is_refused() -> None:
    browser = Browser()
    with pytest.raises(ValueError, match="too long"):
        encryption.encrypted(b"x" * 3_001, public_key=browser.public_key, secret=browser.secret)


def test_who_sends_can_be_checked() -> None:
    header = encryption.authorization(
        "https://push.example:8443/send/abc?x=1",
        contact="mailto:desk@timshel.example",
        secret_key="a secret",
        at=AT,
    )
    assert header.startswith("vapid t=")
    token, key = header.removeprefix("vapid t=").split(", k=")
    assert key == encryption.application_key("a secret")
    head, claims, signature = token.split(".")
    assert json.loads(from_base64(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(from_base64(claims)) == {
        "aud": "https://push.example:8443",
        "exp": int((AT + timedelta(hours=12)).timestamp()),
        "sub": "mailto:desk@timshel.example",
    }
    raw = from_base64(signature)
    assert len(raw) == 64
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(encryption.CURVE, from_base64(key))
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_the_key_follows_from_the_secret_alone() -> None:
    assert encryption.application_key("one") == encryption.application_key("one")
    assert encryption.application_key("one") != encryption.application_key("two")
    assert len(from_base64(encryption.application_key("one"))) == encryption.POINT_BYTES


@pytest.mark.parametrize(
    ("public_key", "secret"),
    [
        ("", ""),
        ("abc", "abc"),
        ("é", "é"),
        ("B" + "A" * 86, "A" * 22),  # the right length, but no point of the curve
        ("not base64!", "AAAAAAAAAAAAAAAAAAAAAA"),
    ],
)
def test_what_is_no_key_is_told(public_key: str, secret: str) -> None:
    assert not encryption.are_keys(public_key, secret)


def test_the_keys_of_a_browser_are_keys() -> None:
    browser = Browser()
    assert encryption.are_keys(browser.public_key, browser.secret)
    assert not encryption.are_keys(browser.public_key, browser.secret[:-2])
