"""What of a piece of work views can ask for; later clauses add what they know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Customer, Site, Team, Unit
from timshel.context.people.models import Person
from timshel.kernel.errors import Text
from timshel.kernel.filters import Asker, Choice, Field, FieldKind, Registry
from timshel.kernel.filters.fields import NOTHING
from timshel.kernel.translation import translated
from timshel.operation.teamwork.models import Tag, WorkTag
from timshel.operation.view.states import (
    CHANNEL_NAMES,
    IMPACT_NAMES,
    KIND_NAMES,
    STANDING_NAMES,
    TRAIT_NAMES,
    URGENCY_NAMES,
)
from timshel.operation.work.models import OPEN, Watcher, WorkItem
from timshel.operation.work.searching import text_condition
from timshel.operation.work.states import STAGE_NAMES, WAITING_NAMES

Coded: TypeAlias = QuerySet[Any]
TEAMS: Coded = Team.objects.all()

ME, MY_TEAMS = "me", "my_teams"
LARGEST_KEY = 2**63 - 1
MOST_TAGS = 300

# The headings under which a form offers the fields, in their order.
STATE, PEOPLE, PLACE, TIME, LIFE = (
    _("Where it stands"),
    _("Who"),
    _("What and where"),
    _("When"),
    _("Its life"),
)


def offered(names: Mapping[Any, Text]) -> Callable[[Asker], Sequence[Choice]]:
    """Return what a form offers, from values with their names."""
    return lambda _asker: [Choice(str(value), str(name)) for value, name in names.items()]


def among(column: str) -> Callable[[tuple[str, ...], Asker], Q]:
    """Return the condition that a column of texts holds any of the values."""
    return lambda values, _asker: Q(**{f"{column}__in": values})


def among_numbers(column: str) -> Callable[[tuple[str, ...], Asker], Q]:
    """Return the condition that a column of numbers holds any of the values."""
    return lambda values, _asker: Q(**{f"{column}__in": _numbers(values)})


def _numbers(values: Iterable[str]) -> list[int]:
    numbers = (int(each[:20]) for each in values if each.isascii() and each.isdigit())
    return [each for each in numbers if each <= LARGEST_KEY]


def of_codes(column: str, rows: Coded) -> Callable[[tuple[str, ...], Asker], Q]:
    """Return the condition that a column points to any of the rows with these codes."""

    def holds(values: tuple[str, ...], _asker: Asker) -> Q:
        return Q(**{f"{column}__in": rows.filter(code__in=values).values("pk")})

    return holds


def coded(rows: Coded, **kept: Any) -> dict[str, Any]:
    """Return how rows with codes are offered and named: for the arguments of a field.

    Args:
        rows: all of them, so that what an older view names still has a name.
        kept: which of them are offered.
    """

    def choices(asker: Asker) -> list[Choice]:
        found = _named(rows.filter(**kept), asker)
        return sorted(found, key=lambda each: (each.name.casefold(), each.value))

    def names(values: Iterable[str], asker: Asker) -> dict[str, str]:
        found = _named(rows.filter(code__in=list(values)), asker)
        return {each.value: each.name for each in found}

    return {"choices": choices, "names": names}


def _named(rows: Coded, asker: Asker) -> list[Choice]:
    return [
        Choice(code, translated(name, words, "name", asker.actor.language))
        for code, name, words in rows.values_list("code", "name", "translations")
    ]


def _team(values: tuple[str, ...], asker: Asker) -> Q:
    found = of_codes("team_id", TEAMS)(tuple(each for each in values if each != MY_TEAMS), asker)
    if MY_TEAMS not in values:
        return found
    mine = Q(team_id__in=sorted(asker.actor.team_ids))
    return mine if len(values) == 1 else found | mine


def person(column: str) -> Callable[[tuple[str, ...], Asker], Q]:
    """Return the condition that a column points to any of the people, "me" being who asks."""

    def holds(values: tuple[str, ...], asker: Asker) -> Q:
        keys = _numbers(values)
        if ME in values and asker.actor.person_id is not None:
            keys.append(asker.actor.person_id)
        return Q(**{f"{column}__in": keys}) if keys else NOTHING

    return holds


def person_names(values: Iterable[str], asker: Asker) -> dict[str, str]:
    """Return the names of people by their keys, as far as the reader may name them."""
    people = Person.objects.named_to(asker.actor).filter(pk__in=_numbers(values))
    return {str(key): name for key, name in people.values_list("pk", "name")}


def _unit(values: tuple[str, ...], _asker: Asker) -> Q:
    """Return whether it is of a unit or of anything below it."""
    roots = Unit.objects.filter(code__in=values).annotate(
        lower=ExpressionWrapper(OuterRef("path"), CharField())
    )
    below = Unit.objects.filter(Exists(roots.filter(lower__startswith=F("path"))))
    return Q(unit_id__in=below.values("pk"))


def _tagged(values: tuple[str, ...], _asker: Asker) -> Q:
    wanted = [each.lower() for each in values]
    tags = Tag.objects.annotate(folded=Lower("name")).filter(folded__in=wanted)
    return Q(Exists(WorkTag.objects.filter(work_item=OuterRef("pk"), tag__in=tags.values("pk"))))


def _tags(asker: Asker) -> list[Choice]:
    """Return the tags of what the reader may see: a tag on other work says what that is about."""
    seen = WorkTag.objects.filter(
        tag=OuterRef("pk"), work_item__in=WorkItem.objects.visible_to(asker.actor)
    )
    tags = Tag.objects.filter(Exists(seen)).order_by(Lower("name"))
    return [Choice(name, name) for name in tags.values_list("name", flat=True)[:MOST_TAGS]]


def _watched(values: tuple[str, ...], asker: Asker) -> Q:
    wanted = person("person_id")(values, asker)
    return Q(Exists(Watcher.objects.filter(wanted, work_item=OuterRef("pk"))))


def _site(values: tuple[str, ...], _asker: Asker) -> Q:
    return Q(requester__site_id__in=Site.objects.filter(code__in=values).values("pk"))


def _standing(values: tuple[str, ...], _asker: Asker) -> Q:
    if {"open", "finished"} <= set(values):
        return Q(pk__isnull=False)  # an empty condition could not be turned round
    return OPEN if "open" in values else ~OPEN


def words_condition(text: str) -> Q:
    """Return the condition for words of a number, title or description."""
    return text_condition(text)


def _choice(key: str, label: Text, group: Text, names: Mapping[Any, Text], **more: Any) -> Field:
    more.setdefault("holds", among(key))
    return Field(key, label, FieldKind.CHOICE, group=group, choices=offered(names), **more)


def _moment(key: str, label: Text, column: str, **more: Any) -> Field:
    return Field(key, label, FieldKind.MOMENT, column=column, group=TIME, **more)


def _person(key: str, label: Text, column: str, **more: Any) -> Field:
    return Field(
        key,
        label,
        FieldKind.CHOICE,
        holds=person(column),
        names=person_names,
        relative={ME: _("me")},
        picker="person",
        group=PEOPLE,
        **more,
    )


def _flag(key: str, label: Text, not_label: Text, group: Text, holds: Q) -> Field:
    return Field(
        key,
        label,
        FieldKind.FLAG,
        holds=lambda _values, _asker: holds,
        not_label=not_label,
        group=group,
    )


FIELDS = Registry(
    _choice("kind", _("Kind of work"), STATE, KIND_NAMES),
    _choice("standing", _("Standing"), STATE, STANDING_NAMES, holds=_standing),
    _choice("stage", _("Stage"), STATE, STAGE_NAMES),
    _choice(
        "waiting_reason",
        _("Waits for"),
        STATE,
        WAITING_NAMES,
        empty=Q(waiting_reason__isnull=True),
    ),
    _choice("impact", _("Impact"), STATE, IMPACT_NAMES, holds=among_numbers("impact")),
    _choice("urgency", _("Urgency"), STATE, URGENCY_NAMES, holds=among_numbers("urgency")),
    Field(
        "team",
        _("Team"),
        FieldKind.CHOICE,
        holds=_team,
        empty=Q(team_id__isnull=True),
        relative={MY_TEAMS: _("my teams")},
        group=PEOPLE,
        **coded(TEAMS, is_active=True),
    ),
    _person("assignee", _("Person who has it"), "assignee_id", empty=Q(assignee_id__isnull=True)),
    _person("requester", _("Requester"), "requester_id"),
    _person("opened_by", _("Reported by"), "opened_by_id", empty=Q(opened_by_id__isnull=True)),
    _choice(
        "trait",
        _("Trait of the requester"),
        PEOPLE,
        TRAIT_NAMES,
        holds=lambda values, _asker: Q(requester__traits__overlap=list(values)),
        empty=Q(requester__traits=[]),
    ),
    Field(
        "unit",
        _("Unit, with all below it"),
        FieldKind.CHOICE,
        holds=_unit,
        empty=Q(unit_id__isnull=True),
        group=PLACE,
        **coded(Unit.objects.all(), is_active=True),
    ),
    Field(
        "customer",
        _("Customer"),
        FieldKind.CHOICE,
        holds=of_codes("customer_id", Customer.objects.all()),
        empty=Q(customer_id__isnull=True),
        group=PLACE,
        **coded(Customer.objects.all(), is_active=True),
    ),
    Field(
        "site",
        _("Site of the requester"),
        FieldKind.CHOICE,
        holds=_site,
        empty=Q(requester__site_id__isnull=True),
        group=PLACE,
        **coded(Site.objects.all()),
    ),
    Field(
        "tag",
        _("Tag"),
        FieldKind.CHOICE,
        holds=_tagged,
        empty=~Q(Exists(WorkTag.objects.filter(work_item=OuterRef("pk")))),
        group=PLACE,
        choices=_tags,
        names=lambda values, _asker: {each: each for each in values},
    ),
    Field(
        "watcher",
        _("Watched by"),
        FieldKind.CHOICE,
        holds=_watched,
        empty=~Q(Exists(Watcher.objects.filter(work_item=OuterRef("pk")))),
        names=person_names,
        relative={ME: _("me")},
        picker="person",
        group=PEOPLE,
    ),
    _choice("channel", _("Came in by"), PLACE, CHANNEL_NAMES),
    _moment("due", _("Next deadline"), "next_due_at", empty=Q(next_due_at__isnull=True)),
    _moment("opened", _("Opened"), "opened_at"),
    _moment("updated", _("Last change"), "updated_at"),
    _moment("resolved", _("Resolved"), "resolved_at", empty=Q(resolved_at__isnull=True)),
    _moment("closed", _("Closed"), "closed_at", empty=Q(closed_at__isnull=True)),
    _moment(
        "unanswered",
        _("Requester waits since"),
        "unanswered_since",
        empty=Q(unanswered_since__isnull=True),
    ),
    _flag(
        "replied",
        _("The requester spoke last"),
        _("The requester did not speak last"),
        LIFE,
        Q(unanswered_since__isnull=False),
    ),
    _flag("reopened", _("Was reopened"), _("Was never reopened"), LIFE, Q(reopenings__gt=0)),
    _flag(
        "part",
        _("Is part of other work"),
        _("Is no part of other work"),
        LIFE,
        Q(parent_id__isnull=False),
    ),
    Field(
        "reassignments",
        _("Number of hand-overs"),
        FieldKind.NUMBER,
        column="reassignments",
        group=LIFE,
    ),
    Field(
        "words",
        _("Words of number, title and text"),
        FieldKind.WORDS,
        holds=lambda values, _asker: words_condition(values[0]),
        group=PLACE,
    ),
)
