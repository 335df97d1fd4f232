"""What a queue shows, as its address says it: a view, and what is changed of it.

The address of a view with changes that nobody saved can be sent to others. Parameters that older
links and other pages use (``stage``, ``team``, ``open`` …) narrow the view and are taken for
conditions like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from timshel.kernel.actor import Actor
from timshel.kernel.filters import (
    GROUPS,
    Condition,
    Filter,
    Operator,
    from_address,
    to_address,
)
from timshel.kernel.filters.notation import read_condition
from timshel.operation.view.columns import (
    ColumnChoice,
    column_texts,
    is_order,
    read_columns,
)
from timshel.operation.view.fields import FIELDS
from timshel.operation.view.queries import ViewRow, view_of
from timshel.operation.view.rules import GROUPINGS, USUAL_GROUPING, Look
from timshel.operation.view.states import KIND_NAMES, Density, Shape
from timshel.operation.work.states import STAGE_NAMES
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES

LONGEST_TEXT = 200
OWN = "own"
DENSITIES = frozenset(each.value for each in Density)
SHAPES = frozenset(each.value for each in Shape)
STANDINGS = {"open": ("open",), "closed": ("finished",), "all": ()}
# What other pages and older links say, as conditions: parameter, field, operator.
NARROWING = (
    ("kind", "kind", Operator.IS),
    ("stage", "stage", Operator.IS),
    ("priority", "priority", Operator.IS),
    ("team", "team", Operator.IS),
    ("service", "service", Operator.IS),
    ("requester", "requester", Operator.IS),
    ("assignee", "assignee", Operator.IS),
    ("unit", "unit_itself", Operator.IS),
    ("customer", "customer", Operator.IS),
    ("supplier", "ever_waited", Operator.IS),
    ("opened_from", "opened", Operator.SINCE),
    ("opened_until", "opened", Operator.BEFORE),
)
MARKS = (
    ("breached", Condition("overdue", Operator.IS, ("yes",))),
    ("reopened", Condition("reopened", Operator.IS, ("yes",))),
    ("handed_over", Condition("reassignments", Operator.AT_LEAST, ("1",))),
)
STATIC: Mapping[str, frozenset[str]] = {
    "kind": frozenset(KIND_NAMES),
    "stage": frozenset(str(stage) for stage in STAGE_NAMES),
    "priority": frozenset(str(priority) for priority in PRIORITY_NAMES),
}


@dataclass(frozen=True, slots=True)
class QueueState:
    """A view as the address shows it.

    Args:
        view: the view that the address begins with.
        look: what is shown, with the changes of the address.
        text: words that are looked for besides, as typed into the search box.
    """

    view: ViewRow
    look: Look
    text: str = ""

    @property
    def is_changed(self) -> bool:
        """Tell whether the address differs from the view as it was saved."""
        return self.look != self.view.look or bool(self.text)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether conditions were added or changed."""
        return self.look.filter != self.view.look.filter or bool(self.text)

    @property
    def wanted(self) -> Filter:
        """Return all conditions, with the words of the search box."""
        if not self.text:
            return self.look.filter
        return self.look.filter.narrowed(Condition("words", Operator.CONTAINS, (self.text,)))

    @property
    def filters(self) -> WorkFilters:
        """Return what the list is asked for."""
        return WorkFilters(conditions=self.wanted)

    def query(self, **more: Any) -> list[tuple[str, str]]:
        """Return the parts of the address: the differences from the view, and ``more``.

        Args:
            more: further parameters; None leaves one out.
        """
        look, saved = self.look, self.view.look
        parts: list[tuple[str, str]] = []
        if look.filter != saved.filter:
            parts += [("conditions", OWN), *to_address(look.filter)]
        if self.text:
            parts.append(("q", self.text))
        if look.columns != saved.columns:
            parts.append(("columns", ",".join(column_texts(look.columns))))
        parts += [
            (name, str(getattr(look, name)))
            for name in ("sort", "density", "shape")
            if getattr(look, name) != getattr(saved, name)
        ]
        usual = saved.by if look.shape == saved.shape else USUAL_GROUPING[look.shape]
        if look.by != usual:
            parts.append(("by", look.by))
        return parts + [(name, str(value)) for name, value in more.items() if value is not None]

    def address(self, **more: Any) -> str:
        """Return the address of the queue in this state."""
        query = urlencode(self.query(**more))
        return reverse("queue", args=[self.view.key]) + (f"?{query}" if query else "")

    def with_look(self, **changes: Any) -> QueueState:
        """Return the same with another look."""
        return replace(self, look=replace(self.look, **changes))

    def packed(self) -> str:
        """Return view and changes as one text, as addresses of records carry it."""
        query = urlencode(self.query())
        return f"{self.view.key}?{query}" if query else self.view.key


def unpacked(text: str, *, actor: Actor) -> QueueState:
    """Return the state that :meth:`QueueState.packed` told.

    Raises:
        NotFound: there is no such view any more.
        Invalid: the text is not one of ours.
    """
    key, _mark, query = text.partition("?")
    return read_state(key, QueryDict(query), actor=actor)


def read_state(key: str, given: QueryDict, *, actor: Actor) -> QueueState:
    """Return what an address asks to see.

    Args:
        key: the view's name in the address.
        given: the parameters.
        actor: who reads.

    Raises:
        NotFound: there is no such view, or the actor may not know that there is.
        Invalid: a condition of the address cannot be read.
    """
    view = view_of(key, actor=actor)
    wanted = view.look.filter
    if "conditions" in given or any(group in given for group in GROUPS):
        parts = [(group, text) for group in GROUPS for text in given.getlist(group)]
        wanted = from_address(parts, FIELDS)
    look = replace(view.look, filter=_narrowed(wanted, given), **_arrangement(view.look, given))
    return QueueState(view, look, _text(given.get("q", "")))


def _text(given: str) -> str:
    return given.replace("\0", " ").strip()[:LONGEST_TEXT]


def _arrangement(saved: Look, given: QueryDict) -> dict[str, Any]:
    """Return what an address says of columns, order, density and shape; the rest as saved."""
    found: dict[str, Any] = {}
    columns = _columns(given.get("columns", ""))
    if columns:
        found["columns"] = columns
    sort = given.get("sort", "")
    if is_order(sort):
        found["sort"] = sort
    density = given.get("density", "")
    if density in DENSITIES:
        found["density"] = Density(density)
    shape = saved.shape
    wanted = given.get("shape", "")
    if wanted in SHAPES:
        found["shape"] = shape = Shape(wanted)
    by = given.get("by", "" if shape is not saved.shape else saved.by)
    found["by"] = by if by in GROUPINGS[shape] else USUAL_GROUPING[shape]
    return found


def _columns(text: str) -> tuple[ColumnChoice, ...]:
    if not text:
        return ()
    try:
        return read_columns(text.split(","))
    except ValueError:
        return ()


def _narrowed(wanted: Filter, given: QueryDict) -> Filter:
    """Return a filter narrowed by what other pages and older links say."""
    conditions = list(_narrowings(given))
    standing = given.get("open", "")
    chooses_stage = any(each.field == "stage" for each in conditions)
    if standing in STANDINGS or chooses_stage:
        wanted = wanted.without(lambda group, each: group == "all" and each.field == "standing")
    if STANDINGS.get(standing) and not chooses_stage:
        conditions.append(Condition("standing", Operator.IS, STANDINGS[standing]))
    return wanted.narrowed(*conditions)


def _narrowings(given: QueryDict) -> Iterable[Condition]:
    for parameter, field, operator in NARROWING:
        if values := [each for each in given.getlist(parameter) if each]:
            found = _condition(field, operator, values)
            if found is not None:
                yield found
    for parameter, condition in MARKS:
        if given.get(parameter):
            yield condition


def _condition(field: str, operator: Operator, values: list[str]) -> Condition | None:
    """Return a condition from a parameter; what cannot be read narrows nothing."""
    known = FIELDS.get(field)
    if known is None or (field in STATIC and not set(values) <= STATIC[field]):
        return None
    if known.picker == "person" and not all(each.isascii() and each.isdigit() for each in values):
        return None
    try:
        return read_condition(field, operator, values, FIELDS)
    except ValueError:
        return None


def record_link(packed: str, place: str) -> str:
    """Return what a record's address carries: the view it was found in, and where it stood."""
    return "?" + urlencode({"view": f"{packed}~{place}"})
