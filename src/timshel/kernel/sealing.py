"""Secrets at rest: what must be read again later is kept sealed under the installation's key.

AES-256-GCM under a key derived from ``SECRET_KEY`` for each purpose, with the purpose as part of
what is authenticated: a sealed text that is moved to another place does not open there.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_VERSION = b"\x01"
_NONCE = 12
_KEY = 32


class Unsealable(Exception):  # noqa: N818 - named for what it says of the content
    """What was sealed cannot be opened: another key or purpose, or it was changed."""


def seal(secret: bytes, *, purpose: str) -> bytes:
    """Return a secret as it may be stored.

    Args:
        secret: any bytes.
        purpose: what it is for, such as ``webhook``; it opens for the same alone.
    """
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + AESGCM(_key(purpose)).encrypt(nonce, secret, purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Return what was sealed.

    Raises:
        Unsealable: it was sealed under another key or for another purpose, or was changed.
    """
    nonce, content = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    if sealed[:1] != _VERSION or len(nonce) != _NONCE:
        raise Unsealable
    try:
        return AESGCM(_key(purpose)).decrypt(nonce, content, purpose.encode())
    except InvalidTag as error:
        raise Unsealable from error


def _key(purpose: str) -> bytes:
    info = f"timshel sealing {purpose}".encode()
    material = settings.SECRET_KEY.encode()
    return HKDF(algorithm=hashes.SHA256(), length=_KEY, salt=None, info=info).derive(material)
