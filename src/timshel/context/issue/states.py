"""Where an issue comes from, what it does to the services, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class Origin(StrEnum):
    """Whether an issue comes from the organisation itself or from around it."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class IssueKind(StrEnum):
    """What an issue is about; each kind comes from within or from outside."""

    POLITICAL = "political"
    ECONOMIC = "economic"
    SOCIAL = "social"
    TECHNICAL = "technical"
    LEGAL = "legal"
    ENVIRONMENTAL = "environmental"
    PEOPLE = "people"
    STRUCTURE = "structure"
    TECHNOLOGY = "technology"
    MONEY = "money"
    CULTURE = "culture"


KINDS_OF: Mapping[Origin, tuple[IssueKind, ...]] = {
    Origin.EXTERNAL: (
        IssueKind.POLITICAL,
        IssueKind.ECONOMIC,
        IssueKind.SOCIAL,
        IssueKind.TECHNICAL,
        IssueKind.LEGAL,
        IssueKind.ENVIRONMENTAL,
    ),
    Origin.INTERNAL: (
        IssueKind.PEOPLE,
        IssueKind.STRUCTURE,
        IssueKind.TECHNOLOGY,
        IssueKind.MONEY,
        IssueKind.CULTURE,
    ),
}

ORIGIN_OF: Mapping[IssueKind, Origin] = {
    kind: origin for origin, kinds in KINDS_OF.items() for kind in kinds
}


class Effect(StrEnum):
    """What an issue does to the services."""

    HELPS = "helps"
    HINDERS = "hinders"


class IssueState(StrEnum):
    """Where an issue stands."""

    OPEN = "open"
    WATCHED = "watched"
    CLOSED = "closed"


class IssueTrigger(StrEnum):
    """What a review can lead to."""

    WATCH = "watch"
    CLOSE = "close"
    REOPEN = "reopen"


ISSUES = StateMachine(
    "issue of the context",
    initial=IssueState.OPEN,
    transitions=(
        Transition(IssueTrigger.WATCH, frozenset({IssueState.OPEN}), IssueState.WATCHED),
        Transition(
            IssueTrigger.CLOSE, frozenset({IssueState.OPEN, IssueState.WATCHED}), IssueState.CLOSED
        ),
        Transition(
            IssueTrigger.REOPEN, frozenset({IssueState.WATCHED, IssueState.CLOSED}), IssueState.OPEN
        ),
    ),
)

ORIGIN_NAMES: dict[Origin, Promise] = {
    Origin.EXTERNAL: pgettext_lazy("issue", "External"),
    Origin.INTERNAL: pgettext_lazy("issue", "Internal"),
}

KIND_NAMES: dict[IssueKind, Promise] = {
    IssueKind.POLITICAL: pgettext_lazy("issue", "Political"),
    IssueKind.ECONOMIC: pgettext_lazy("issue", "Economic"),
    IssueKind.SOCIAL: pgettext_lazy("issue", "Social"),
    IssueKind.TECHNICAL: pgettext_lazy("issue", "Technical"),
    IssueKind.LEGAL: pgettext_lazy("issue", "Legal"),
    IssueKind.ENVIRONMENTAL: pgettext_lazy("issue", "Environmental"),
    IssueKind.PEOPLE: pgettext_lazy("issue", "People"),
    IssueKind.STRUCTURE: pgettext_lazy("issue", "Structure"),
    IssueKind.TECHNOLOGY: pgettext_lazy("issue", "Technology"),
    IssueKind.MONEY: pgettext_lazy("issue", "Money"),
    IssueKind.CULTURE: pgettext_lazy("issue", "Culture"),
}

EFFECT_NAMES: dict[Effect, Promise] = {
    Effect.HELPS: pgettext_lazy("issue", "Helps"),
    Effect.HINDERS: pgettext_lazy("issue", "Hinders"),
}

STATE_NAMES: dict[IssueState, Promise] = {
    IssueState.OPEN: pgettext_lazy("issue", "Open"),
    IssueState.WATCHED: pgettext_lazy("issue", "Watched"),
    IssueState.CLOSED: pgettext_lazy("issue", "Closed"),
}
