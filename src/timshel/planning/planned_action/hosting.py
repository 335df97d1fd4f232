"""The records that actions follow from: later clauses say here what they are called.

Actions know nothing of risks, audits or meetings. Each kind is registered once at start-up (in
``timshel.reactions``) with the same rule that its own pages ask.
"""

from __future__ import annotations

from typing import Protocol

from timshel.kernel.actor import Actor


class Host(Protocol):
    """Answers for the records of one kind."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what a record is called.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor may say what is done about a record."""


_hosts: dict[str, Host] = {}


def register(kind: str, host: Host) -> None:
    """Say who answers for the records of a kind; registering again replaces.

    Args:
        kind: of the records, as in ``About``.
        host: who answers.
    """
    _hosts[kind] = host


def host_of(kind: str) -> Host | None:
    """Return who answers for a kind; None for a kind that was never registered."""
    return _hosts.get(kind)
