"""Refusals that carry a message for people: what happened, and what to do next.

Doors turn each kind into their own form (a page, a problem document, an exit code) in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The base of everything the domain says no to."""

    code = "refused"
    default: Text = _("This could not be done.")

    def __init__(self, message: Text | None = None) -> None:
        self.message: Text = self.default if message is None else message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refused):
    """The actor lacks the right."""

    code = "not_allowed"
    default = _("You do not have the right to do this.")


class NotFound(Refused):
    """The thing does not exist, or the actor may not know that it does."""

    code = "not_found"
    default = _("There is nothing here, or you may not see it.")


class WrongState(Refused):
    """The thing is in a state from which this cannot be done."""

    code = "wrong_state"
    default = _("This is not possible in the present state.")


class Invalid(Refused):
    """Something given is wrong.

    Args:
        fields: for each wrong field, the sentences that say what to mend; the empty name holds
            what concerns no single field.
    """

    code = "invalid"
    default = _("Please check what you entered.")

    def __init__(
        self, fields: Mapping[str, Sequence[Text]] | None = None, message: Text | None = None
    ) -> None:
        self.fields: Mapping[str, Sequence[Text]] = fields or {}
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two people changed: what was seen, what stands now, what was wanted."""

    field: str
    seen: object
    current: object
    wanted: object
    changed_by: str
    changed_at: datetime


class Conflict(Refused):
    """Someone else changed the same fields in the meantime; nothing was saved."""

    code = "conflict"
    default = _("Someone else changed this in the meantime. Nothing of yours was saved yet.")

    def __init__(self, differences: Sequence[Difference] = (), message: Text | None = None) -> None:
        self.differences = tuple(differences)
        super().__init__(message)
