"""What processes are called where records keep nothing but their codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.leadership.process_profile.queries import process_choices

SEPARATOR = ","


class ProcessNames:
    """Names of the processes that the reader may see, by code; read in one query.

    What has no page of its own goes by what the record says, which may be a name already.
    """

    def __init__(self, *, actor: Actor, at: datetime) -> None:
        self._names: Mapping[str, str] = dict(process_choices(actor=actor, at=at, but=""))
        self._codes = {name.casefold(): code for code, name in self._names.items()}

    def name(self, code: str) -> str:
        """Return what a process is called."""
        return self._names.get(code, code)

    def code(self, words: str) -> str:
        """Return the code of the process that is called so, or the words."""
        return self._codes.get(words.strip().casefold(), words.strip())

    def listed(self, codes: tuple[str, ...]) -> str:
        """Return processes as a line in which people write them, with commas between them."""
        names = [(code, self.name(code)) for code in codes]
        # A name with a comma would be read as two.
        return ", ".join(code if SEPARATOR in name else name for code, name in names)

    def codes(self, line: str) -> tuple[str, ...]:
        """Return the codes of the processes of such a line."""
        return tuple(self.code(each) for each in line.split(SEPARATOR) if each.strip())
