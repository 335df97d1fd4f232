"""Mails for tests: odd ones that others collected, where they are, and any number of made ones."""

from __future__ import annotations

import importlib.util
import random
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

COLLECTED = Path(__file__).parents[2] / "shared/data/mail"
KINDS = {".eml", ".txt"}


@lru_cache(maxsize=1)
def odd_mails() -> tuple[bytes, ...]:
    """Return the odd mails of the collections that are on this machine; there may be none."""
    found: dict[bytes, None] = {}
    for folder in (COLLECTED, *_library()):
        for path in sorted(folder.rglob("*")):
            # What talon keeps are mails; some of its folders hold only parts of them.
            if path.is_file() and path.suffix in {"", *KINDS} and path.name != "LICENSE":
                found[path.read_bytes()] = None
    return tuple(each for each in found if each)


def made_mails(count: int, *, seed: int = 1, sender: str = "") -> list[bytes]:
    """Return mails that differ in size, form, line ends and headers, the same for the same seed.

    Args:
        count: how many.
        seed: tells one lot from another.
        sender: the address of who writes; some of nobody's where empty.
    """
    chance = random.Random(seed)
    return [_made(number, chance, seed, sender) for number in range(count)]


def as_fetched(raw: bytes) -> bytes:
    """Return a mail as an IMAP server has it: its lines end as the protocol asks."""
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def _library() -> list[Path]:
    """Return where Python's own tests of its mail package keep theirs, if they are installed."""
    found = importlib.util.find_spec("test.test_email")
    return [] if found is None or not found.origin else [Path(found.origin).parent / "data"]


def _made(number: int, chance: random.Random, seed: int, sender: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Imre Castellane <{sender or f'imre{number % 7}@x.example'}>"
    mail["To"] = "desk@x.example"
    mail["Subject"] = f"Mail {number} of {seed}: {chance.choice(WORDS)}"
    mail["Message-ID"] = f"<{seed}.{number}.{chance.getrandbits(32):x}@x.example>"
    mail["Date"] = f"Mon, 02 Mar 2026 {number % 24:02}:{number % 60:02}:00 +0000"
    mail.set_content("\n".join(chance.choices(WORDS, k=chance.randint(1, 60))) + "\n")
    if number % 5 == 0:
        mail.add_alternative("<p>" + chance.choice(WORDS) + "</p>", subtype="html")
    if number % 11 == 0:
        content = chance.randbytes(chance.randint(1, 40_000))
        mail.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=f"{number}.bin"
        )
    raw = bytes(mail)
    return raw.replace(b"\n", b"\r\n") if number % 2 else raw


WORDS = (
    "The light in the corridor is out.",
    ".",
    "..a line that begins with dots",
    "From here on it rains in.",
    "Grüße aus dem Keller, ß und €",
    "プリンターが動きません",
    "long " * 180,
    "",
)
