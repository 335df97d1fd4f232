"""How long links last, how much a guest may report, and what a guest says of themself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from timshel.operation.work.files import Upload

LONGEST_LABEL = 200
MOST_DAYS = 730
# One origin may report so often within the window; more is a flood, or a school class.
MOST_REPORTS = 10
WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class GuestWords:
    """What a guest reports.

    Args:
        name: of the guest.
        email: where they want to hear of it.
        title: what is broken, in a few words.
        description: what happened.
        language: of the page, in which they are written to.
        files: such as a picture.
    """

    name: str
    email: str
    title: str
    description: str = ""
    language: str = "en"
    files: tuple[Upload, ...] = field(default=())
