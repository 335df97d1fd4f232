"""What browsers ask of push messages: encrypted for one browser, and signed by this installation.

The content follows RFC 8291 (one record of RFC 8188, AES-128-GCM), the signature RFC 8292 (VAPID).
The installation's key follows from its secret, so that there is nothing more to keep, and all its
processes have the same one.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve's points
SALT_BYTES = 16
SECRET_BYTES = 16
POINT_BYTES = 65
RECORD_BYTES = 4096  # the longest record that every push service takes
LONGEST_PAYLOAD = 3_000
SIGNED_FOR = timedelta(hours=12)
LAST_RECORD = b"\x02"  # the delimiter that ends the only record


def are_keys(public_key: str, secret: str) -> bool:
    """Tell whether these are the keys of a browser.

    Args:
        public_key: a point of the curve, in base64 for addresses.
        secret: 16 bytes, in base64 for addresses.
    """
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_base64(public_key))
        return len(from_base64(public_key)) == POINT_BYTES and len(from_base64(secret)) == (
            SECRET_BYTES
        )
    except (ValueError, binascii.Error):
        return False


def encrypted(payload: bytes, *, public_key: str, secret: str) -> bytes:
    """Return a message that only one browser can read.

    Args:
        payload: at most 3,000 bytes.
        public_key: of the browser, in base64 for addresses.
        secret: shared with the browser, in base64 for addresses.

    Raises:
        ValueError: a key is none, or the message is too long.
    """
    if len(payload) > LONGEST_PAYLOAD:
        raise ValueError("too long for a push message")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_base64(public_key))
    ours = ec.generate_private_key(CURVE)
    key, nonce, salt = _content_key(ours, theirs, from_base64(secret), os.urandom(SALT_BYTES))
    sender = _point(ours.public_key())
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(sender)]) + sender
    return head + AESGCM(key).encrypt(nonce, payload + LAST_RECORD, None)


def _content_key(
    ours: ec.EllipticCurvePrivateKey,
    theirs: ec.EllipticCurvePublicKey,
    secret: bytes,
    salt: bytes,
) -> tuple[bytes, bytes, bytes]:
    """Return the key and the nonce of the content, with the salt (RFC 8291, section 3.4)."""
    shared = ours.exchange(ec.ECDH(), theirs)
    context = b"WebPush: info\0" + _point(theirs) + _point(ours.public_key())
    material = _derived(shared, salt=secret, info=context, length=32)
    key = _derived(material, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derived(material, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    return key, nonce, salt


def application_key(secret_key: str) -> str:
    """Return the public key of an installation, as browsers ask for it.

    Args:
        secret_key: of the installation.
    """
    return to_base64(_point(_own_key(secret_key).public_key()))


def authorization(endpoint: str, *, contact: str, secret_key: str, at: datetime) -> str:
    """Return the header that tells a push service who sends (RFC 8292).

    Args:
        endpoint: where to.
        contact: of whoever runs the installation, as ``mailto:`` or ``https:``.
        secret_key: of the installation.
        at: now.
    """
    address = urlsplit(endpoint)
    claims: dict[str, object] = {
        "aud": f"{address.scheme}://{address.netloc}",
        "exp": int((at + SIGNED_FOR).timestamp()),
        "sub": contact,
    }
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    signature = _own_key(secret_key).sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    first, second = decode_dss_signature(signature)
    raw = first.to_bytes(32, "big") + second.to_bytes(32, "big")
    return f"vapid t={signed}.{to_base64(raw)}, k={application_key(secret_key)}"


@lru_cache(maxsize=4)
def _own_key(secret_key: str) -> ec.EllipticCurvePrivateKey:
    # Longer than the order by 64 bits, so that no key is likelier than another.
    seed = _derived(secret_key.encode(), salt=b"timshel", info=b"web push", length=40)
    return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER - 1) + 1, CURVE)


def _derived(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_bytes(serialization.Encoding.X962, form)


def _json(part: Mapping[str, object]) -> str:
    return to_base64(json.dumps(part, separators=(",", ":")).encode())


def to_base64(raw: bytes) -> str:
    """Return bytes in base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Return the bytes of base64 for addresses, padded or not.

    Raises:
        ValueError: it is none.
    """
    if not text.isascii():
        raise ValueError("not base64")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
