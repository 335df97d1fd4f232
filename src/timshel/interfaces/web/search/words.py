"""Hits as pages and the palette show them: what they are called, and where they lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.badges import KIND_ICONS
from timshel.interfaces.web.governance.addresses import record_address as register_address
from timshel.kernel.actor import Actor
from timshel.kernel.search.highlights import Parts
from timshel.kernel.search.sources import Group, Hit, Results
from timshel.operation.view.states import KIND_NAMES
from timshel.operation.work.rules import VIEW

NAMES: Mapping[str, Promise] = {
    **KIND_NAMES,
    "offering": _("Something to ask for"),
    "service": _("Service"),
    "person": _("Person"),
    "document": _("Document"),
    "context_issue": _("Issue of the context"),
    "mandate": _("Mandate"),
    "risk": _("Risk"),
    "objective": _("Objective"),
    "planned_action": _("Planned action"),
    "resource": _("Resource"),
    "planned_communication": _("Communication"),
    "meeting": _("Meeting"),
    "indicator": _("Indicator"),
    "audit": _("Audit"),
    "nonconformity": _("Nonconformity"),
    "recommendation": _("Recommendation"),
    "improvement": _("Improvement"),
}
ICONS: Mapping[str, str] = {
    **KIND_ICONS,
    "offering": "circle-plus",
    "service": "heart-handshake",
    "person": "user",
    "document": "file-text",
    "context_issue": "building-community",
    "mandate": "rubber-stamp",
    "risk": "alert-triangle",
    "objective": "flag",
    "planned_action": "checks",
    "resource": "tools",
    "planned_communication": "message-2",
    "meeting": "users-group",
    "indicator": "chart-bar",
    "audit": "clipboard-list",
    "nonconformity": "alert-octagon",
    "recommendation": "notes",
    "improvement": "sparkles",
}
GROUP_NAMES: Mapping[str, Promise] = {
    "work": _("Incidents, requests and tasks"),
    "catalogue": _("Services and what you can ask for"),
    "people": _("People"),
    "documents": _("Documents"),
    "registers": _("Management system"),
}
OWN_WORK = _("My cases")
_MARK = "<mark>{}</mark>"
EXCERPT_NAMES: Mapping[str, Promise] = {
    "reply": _("Said in the conversation:"),
    "note": _("In an internal note:"),
}
# Who helps looks for work first; whoever else, for what can be asked for.
ORDER_OF_HELPERS = ("work", "people", "catalogue", "documents", "registers")
ORDER_OF_OTHERS = ("catalogue", "work", "people", "documents", "registers")


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit with its name, its icon and its address; without one, there is no page to lead to."""

    hit: Hit
    title: SafeString
    excerpt: SafeString
    kind_name: Promise | str
    icon: str
    address: str
    excerpt_name: Promise | str

    @property
    def is_work(self) -> bool:
        """Whether it has a stage."""
        return bool(self.hit.state)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """The hits of one source under a heading; ``next`` as of ``sources.Group``."""

    name: str
    label: Promise | str
    hits: tuple[ShownHit, ...]
    next: str | None


def sees_work(actor: Actor) -> bool:
    """Tell whether somebody sees more of all work than what they asked for."""
    return actor.may_somewhere(VIEW)


def shown_groups(results: Results, actor: Actor) -> tuple[ShownGroup, ...]:
    """Return what was found in the order that fits the reader; the very thing named before all."""
    order = ORDER_OF_HELPERS if sees_work(actor) else ORDER_OF_OTHERS
    place = {name: number for number, name in enumerate(order)}
    found = sorted(
        results.groups,
        key=lambda group: (
            not any(hit.is_exact for hit in group.hits),
            place.get(group.name, len(place)),
        ),
    )
    return tuple(_group(group, actor) for group in found)


def _group(group: Group, actor: Actor) -> ShownGroup:
    label: Promise | str = GROUP_NAMES.get(group.name, group.name)
    if group.name == "work" and not sees_work(actor):
        label = OWN_WORK
    hits = tuple(_hit(hit, actor) for hit in group.hits)
    return ShownGroup(group.name, label, hits, group.next)


def _hit(hit: Hit, actor: Actor) -> ShownHit:
    return ShownHit(
        hit=hit,
        title=_marked(hit.title),
        excerpt=_marked(hit.excerpt),
        kind_name=NAMES.get(hit.kind, hit.kind),
        icon=ICONS.get(hit.kind, "file-text"),
        address=address_of(hit, actor),
        excerpt_name=EXCERPT_NAMES.get(hit.excerpt_of, ""),
    )


def _marked(parts: Parts) -> SafeString:
    """Return a text with what was looked for marked, as HTML."""
    written = ((_MARK if part.is_match else "{}", part.text) for part in parts)
    return SafeString("".join(format_html(pattern, text) for pattern, text in written))


def address_of(hit: Hit, actor: Actor) -> str:
    """Return the page of a hit, or nothing where the reader has none for it."""
    place, *names = hit.address
    lead = _ADDRESSES.get(place)
    return lead(names, actor) if lead else ""


def _person(names: list[str], actor: Actor) -> str:
    if not sees_work(actor):
        return ""
    asked = urlencode({"requester": names[0], "open": "all"})
    return f"{reverse('queue', args=['all'])}?{asked}"


_ADDRESSES: Mapping[str, Callable[[list[str], Actor], str]] = {
    "record": lambda names, _actor: record_address(*names),
    "case": lambda names, _actor: reverse("case", args=[names[1]]),
    "offering": lambda names, _actor: reverse("offering", args=names),
    "service": lambda names, _actor: reverse("service", args=names),
    "person": _person,
    "document": lambda names, _actor: reverse("document", args=names),
    "register": lambda names, _actor: register_address(*names),
}


def plain_results(results: Results, actor: Actor) -> dict[str, Any]:
    """Return suggestions as the palette reads them.

    ``groups`` holds for each source its ``name``, its ``label`` and its ``hits``: ``kind``,
    ``kind_name``, ``icon``, ``key``, ``title`` as parts of ``[text, is_match]``, ``line``,
    ``state``, ``state_name`` and ``address``. Only what leads somewhere is in it.
    """
    return {
        "text": results.query.text,
        "instead": list(results.instead),
        "groups": [
            {
                "name": group.name,
                "label": str(group.label),
                "hits": [_plain(shown) for shown in group.hits if shown.address],
            }
            for group in shown_groups(results, actor)
        ],
    }


def _plain(shown: ShownHit) -> dict[str, Any]:
    hit = shown.hit
    return {
        "kind": hit.kind,
        "kind_name": str(shown.kind_name),
        "icon": shown.icon,
        "key": hit.key,
        "title": _plain_parts(hit.title),
        "line": str(hit.line),
        "state": hit.state,
        "state_name": str(hit.state_name),
        "address": shown.address,
    }


def _plain_parts(parts: Parts) -> list[list[Any]]:
    return [[part.text, part.is_match] for part in parts]
