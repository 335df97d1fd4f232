"""Pure decisions about mail: what it says, which case it names, when it looks like a loop."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from timshel.operation.work.files import Upload
from timshel.support.communication.states import IncomingReason

LONGEST_TEXT = 40_000  # of an entry; a longer one comes along as a file
LONGEST_TITLE = 240
LONGEST_QUOTE = 100_000
LONGEST_PATTERN = 254
WINDOW = timedelta(hours=1)
MOST_OF_SENDER = 30
MOST_OF_CASE = 20
MOST_NOTES_OF_CASE = 5  # of machines; what is more only adds to the list of ignored mail
MOST_FILES = 100
LONGEST_THANKS = 80
FROM_A_LIST = "list"  # what a mail says of itself that came through a list of addresses

_NUMBER = re.compile(r"(?<![A-Za-z0-9])([A-Z]{3}\d{7,10})(?![A-Za-z0-9])")
_THREAD = re.compile(r"[a-z_]{1,40}\.([A-Z]{3}\d{7,10})")
_THANKS = re.compile(
    r"(?i)^(?:(?:hi|hello|bonjour|dear)\b[^\n]{0,30}\n+)?"
    r"(?:(?:many|ok|okay|great|super|perfect|parfait|génial|grand|un grand)[\s,.!]+)*"
    r"(?:thanks?(?: you)?(?: very much| so much| a lot| again)?|thx|danke"
    r"|merci(?: beaucoup| bien)?)"
    r"\b[^\n?]{0,40}$"
)
_RULE = re.compile(r"^[=-]+$")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the HTML of a mail shows, named by its content id."""

    content_id: str
    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that a mail tells of; ``method`` is iTIP's, such as ``REQUEST``."""

    method: str
    summary: str
    begins: datetime | date | None
    ends: datetime | date | None
    where: str
    organizer: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A mail within a mail."""

    subject: str
    sender: str
    sent_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says of one recipient; ``action`` as in RFC 3464."""

    recipient: str
    action: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a mail says, as the door read it.

    Args:
        subject: one line; may be empty.
        sender: the address of whoever wrote it, in lower case; empty where it names nobody.
        sender_name: as it names them.
        to: the addresses it went to, with those who got a copy.
        sent_at: when it says it was written.
        identity: its own Message-ID; empty where it has none.
        answers: identities of mails it answers, the nearest first.
        text: what was written, in Markdown.
        quoted: what was quoted.
        signature: how it is signed.
        is_forward: what is quoted is what the writer wanted to be read.
        html: cleaned, its pictures by their content ids.
        files: what came along.
        pictures: of the HTML.
        meetings: that it tells of.
        enclosed: mails within it.
        protections: how it is signed or encrypted.
        automatic: by what it tells that a machine wrote it; empty for a person's.
        is_report: it reports on the delivery of another mail.
        bounces: what it reports.
        reports_on: the identity of the mail it reports on.
    """

    subject: str
    sender: str
    sender_name: str = ""
    to: tuple[str, ...] = ()
    sent_at: datetime | None = None
    identity: str = ""
    answers: tuple[str, ...] = ()
    text: str = ""
    quoted: str = ""
    signature: str = ""
    is_forward: bool = False
    html: str = field(default="", repr=False)
    files: tuple[Upload, ...] = ()
    pictures: tuple[Picture, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    protections: tuple[str, ...] = ()
    automatic: str = ""
    is_report: bool = False
    bounces: tuple[Bounce, ...] = ()
    reports_on: str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether nobody but its recipient's program can read it."""
        return any(each.startswith("encrypted") for each in self.protections)


class Unreadable(Exception):  # noqa: N818 - named for what it says of the mail
    """A mail that cannot be read, or is not read because of what that would cost."""

    def __init__(self, reason: IncomingReason, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


def number_of_thread(thread: str) -> str:
    """Return the number in the name of a thread of ours, or nothing for one that is no case."""
    match = _THREAD.fullmatch(thread)
    return match[1] if match else ""


def numbers_in(subject: str) -> tuple[str, ...]:
    """Return the numbers of cases that a subject names, each once, three at most."""
    return tuple(dict.fromkeys(_NUMBER.findall(subject)))[:3]


def digest(content: MailContent) -> str:
    """Return what is the same for two copies of one mail on different ways; empty for none.

    The identity alone is not enough: some programs write the same one into all their mails.
    """
    if not content.identity:
        return ""
    words = "\0".join(
        (content.identity, content.sender, content.subject, " ".join(content.text.split()))
    )
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def looks_like_loop(*, of_sender: int, of_case: int) -> bool:
    """Tell whether so many mails within the window look like machines that answer each other."""
    return of_sender >= MOST_OF_SENDER or of_case >= MOST_OF_CASE


def is_thanks(text: str) -> bool:
    """Tell whether a reply to what is resolved only says thank you, and opens nothing again."""
    return len(text) <= LONGEST_THANKS and bool(_THANKS.match(text.strip()))


def pattern_of(text: str) -> str:
    """Return an address, or a domain as ``@example.org``, as it is kept; empty for neither."""
    plain = text.strip().lower()
    local, at_sign, domain = plain.rpartition("@")
    fits = at_sign and "." in domain and not re.search(r"[\s,;<>\"]", plain)
    return plain if fits and local.count("@") == 0 and len(plain) <= LONGEST_PATTERN else ""


def patterns_for(address: str) -> tuple[str, ...]:
    """Return what an address can be known by: itself, its domain, and the domains above."""
    _local, at_sign, domain = address.lower().rpartition("@")
    if not at_sign:
        return ()
    labels = domain.split(".")
    above = [f"@{'.'.join(labels[index:])}" for index in range(max(1, len(labels) - 1))]
    return (address.lower(), *above[:6])


def title_of(content: MailContent, *, without: str) -> str:
    """Return the title of the case that a mail becomes; what a mail without a subject says."""
    first = next((line for line in content.text.split("\n") if line.strip()), "")
    words = " ".join((content.subject or first).split()) or without
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rstrip() + "…"


def words_of(content: MailContent, *, is_first: bool) -> tuple[str, str]:
    """Return what an entry says of a mail, and what is folded away.

    What was forwarded is what the writer wants to be read; and where somebody wrote nothing
    beside a quote, the quote is what they sent.

    Args:
        content: the mail.
        is_first: the mail opens a case, so that a forwarded part belongs to what is told.
    """
    if content.quoted and ((is_first and content.is_forward) or not content.text.strip()):
        return f"{content.text}\n\n{content.quoted}".strip(), ""
    return content.text, content.quoted


def as_entry(text: str) -> str:
    """Return written text as our conversations show it: a line of signs makes no heading."""
    lines: list[str] = []
    for line in text.split("\n"):
        if _RULE.match(line.strip()) and lines and lines[-1].strip():
            lines.append("")
        lines.append(line)
    return "\n".join(lines).strip()


def first(values: Iterable[str]) -> str:
    """Return the first of some values that says anything."""
    return next((each for each in values if each), "")
