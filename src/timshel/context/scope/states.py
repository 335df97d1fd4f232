"""What a scope statement can name, and where a version of it stands."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class ScopeState(StrEnum):
    """Where a version of the statement stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class ScopeTrigger(StrEnum):
    """What moves a version."""

    APPROVE = "approve"
    SUPERSEDE = "supersede"


SCOPES = StateMachine(
    "scope statement",
    initial=ScopeState.DRAFT,
    transitions=(
        Transition(ScopeTrigger.APPROVE, frozenset({ScopeState.DRAFT}), ScopeState.APPROVED),
        Transition(ScopeTrigger.SUPERSEDE, frozenset({ScopeState.APPROVED}), ScopeState.SUPERSEDED),
    ),
)


class ItemKind(StrEnum):
    """What a statement covers or leaves out; ``other`` is no record, but words."""

    SERVICE = "service"
    UNIT = "unit"
    SITE = "site"
    CUSTOMER = "customer"
    OTHER = "other"


RECORDED = (ItemKind.SERVICE, ItemKind.UNIT, ItemKind.SITE, ItemKind.CUSTOMER)
"""The kinds that are records, in the order in which they are told."""


class Gap(StrEnum):
    """How the statement and the records differ."""

    NOT_COVERED = "not_covered"
    GONE = "gone"


STATE_NAMES: dict[ScopeState, Promise] = {
    ScopeState.DRAFT: pgettext_lazy("scope", "Draft"),
    ScopeState.APPROVED: pgettext_lazy("scope", "Approved"),
    ScopeState.SUPERSEDED: pgettext_lazy("scope", "Superseded"),
}

ITEM_NAMES: dict[ItemKind, Promise] = {
    ItemKind.SERVICE: pgettext_lazy("scope", "Services"),
    ItemKind.UNIT: pgettext_lazy("scope", "Units"),
    ItemKind.SITE: pgettext_lazy("scope", "Sites"),
    ItemKind.CUSTOMER: pgettext_lazy("scope", "Customers"),
    ItemKind.OTHER: pgettext_lazy("scope", "Other"),
}
