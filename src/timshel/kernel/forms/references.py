"""What a form needs to know of the world outside it, told by whoever shows or reads the form."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that an answer can name: a person, a unit, a site, a service, an asset.

    Args:
        code: what is stored.
        label: what people read.
        detail: what tells it from others of the same name, or "".
    """

    code: str
    label: str
    detail: str = ""


class References(Protocol):
    """Finds what answers name, in the reader's language and within the reader's rights.

    A type of field that is not among ``kinds`` takes any text.
    """

    @property
    def kinds(self) -> frozenset[str]:
        """The types of field that can be found, such as ``person``."""

    def known(self, kind: str, codes: Collection[str]) -> Mapping[str, Reference]:
        """Return those of the codes that there are."""

    def matching(self, kind: str, text: str) -> Sequence[Reference]:
        """Return the few that a typed text may mean, the best first."""

    def listed(self, kind: str) -> Sequence[Reference] | None:
        """Return all to choose from, or None where they are too many for a list."""


class NoReferences:
    """Finds nothing: for forms without such fields, and for trying one out."""

    kinds: frozenset[str] = frozenset()

    def known(self, kind: str, codes: Collection[str]) -> Mapping[str, Reference]:  # noqa: ARG002
        """Return nothing."""
        return {}

    def matching(self, kind: str, text: str) -> Sequence[Reference]:  # noqa: ARG002
        """Return nothing."""
        return ()

    def listed(self, kind: str) -> Sequence[Reference] | None:  # noqa: ARG002
        """Return that there is no list."""
        return None
