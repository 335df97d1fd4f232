"""The side navigation: the same places on every screen, and only those a person may enter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.administration.index import entrance
from timshel.interfaces.web.desk.call_backs import count_address as call_back_address
from timshel.interfaces.web.portal.approval_counts import count_address
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Place:
    """One page that the navigation leads to.

    Args:
        label: its name.
        icon: the name of its icon.
        url_name: the name of its URL, with ``url_args``.
        permission: what must be held somewhere to see it; empty for everyone.
        any_of: permissions of which one must be held somewhere; empty for everyone.
        count: gives the address that answers how much waits there for an actor; None where
            nothing is counted.
        around: how the addresses of other pages begin that belong to this place, too.
    """

    label: Text
    icon: str
    url_name: str
    url_args: tuple[str, ...] = ()
    permission: str = ""
    any_of: tuple[str, ...] = ()
    count: Callable[[Actor], str] | None = None
    around: tuple[str, ...] = ()

    def is_open_to(self, actor: Actor) -> bool:
        """Tell whether the actor may enter."""
        if self.permission and not actor.may_somewhere(self.permission):
            return False
        return not self.any_of or any(actor.may_somewhere(each) for each in self.any_of)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as it is drawn."""

    label: Text
    icon: str
    address: str
    is_current: bool
    count_address: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Places of one audience under a heading."""

    label: Text
    entries: tuple[Entry, ...]


PLACES: tuple[tuple[Text, tuple[Place, ...]], ...] = (
    (
        _("For you"),
        (
            Place(_("Home"), "home", "portal-home"),
            Place(_("Report a problem"), "urgent", "report-choose"),
            Place(_("I need something"), "circle-plus", "catalogue"),
            Place(_("My cases"), "ticket", "case-list"),
            Place(_("My approvals"), "rubber-stamp", "approval-list", count=count_address),
            Place(_("What we promise you"), "heart-handshake", "promises"),
            Place(_("Status"), "circle-check", "status"),
            Place(_("Our service charter"), "star", "charter"),
            Place(_("What I have to read"), "book", "document-reading"),
            Place(_("My learning"), "star", "competence-mine"),
        ),
    ),
    (
        _("Service desk"),
        (
            Place(_("Your day"), "layout-dashboard", "desk-home", (), "work.view"),
            Place(_("Team and hand-over"), "notes", "team-list", (), "work.view"),
            Place(
                _("Queues"),
                "layout-list",
                "queue",
                ("mine",),
                "work.view",
                around=("/desk/queues/", "/desk/views"),
            ),
            Place(_("Log a call"), "phone", "call-log", (), "call.log"),
            Place(
                _("Call-backs"),
                "clock-hour-4",
                "call-backs",
                (),
                "call.log",
                count=call_back_address,
            ),
            Place(_("Calls"), "headset", "call-list", (), "call.view"),
            Place(_("Held mail"), "mail", "held-mail", (), "mail.handle", around=("/desk/held",)),
            Place(_("Ratings"), "star", "rating-list", (), "rating.answer"),
            Place(_("Breach room"), "flame", "breaches", (), "work.view"),
            Place(_("Alerts"), "alarm", "alert-list", (), "work.view"),
            Place(
                _("Planned work"),
                "calendar",
                "planned-work-list",
                any_of=("work.view", "maintenance.plan"),
            ),
            Place(_("Stuck processes"), "alert-octagon", "troubles", (), "process.view"),
            Place(_("New incident"), "circle-plus", "incident-new", (), "work.view"),
        ),
    ),
    (
        _("Governance"),
        (
            Place(_("Report cards"), "chart-bar", "governance", (), "service_level.view"),
            Place(_("Service charter"), "writing", "charter-list", (), "policy.manage"),
            Place(
                _("Who answers for what"),
                "subtask",
                "responsibilities",
                any_of=("process.view", "service_level.view", "responsibility.manage"),
            ),
            Place(_("Without an agreement"), "file-search", "finder", (), "service_level.view"),
        ),
    ),
    (
        _("Management system"),
        (
            Place(_("Where we stand"), "layout-dashboard", "standing", (), "planned_action.view"),
            Place(_("Conformity"), "shield-check", "conformity", (), "conformity.view"),
            Place(_("What is due"), "calendar-due", "due-list", (), "planned_action.view"),
            Place(_("Planned actions"), "list-check", "action-list", (), "planned_action.view"),
            Place(
                _("Context and scope"),
                "world",
                "issue-list",
                any_of=("context.view", "context.manage"),
                around=("/governance/context/",),
            ),
            Place(
                _("Service management plan"),
                "book",
                "plan",
                any_of=("plan.view", "plan.manage", "management_review.manage"),
            ),
            Place(
                _("Mandates and policies"),
                "rubber-stamp",
                "mandate-list",
                any_of=("mandate.view", "mandate.manage"),
                around=("/governance/policies",),
            ),
            Place(_("Processes"), "sitemap", "process-profile-list", (), "process_profile.view"),
            Place(_("Risks"), "scale", "risk-list", (), "risk.view"),
            Place(_("Objectives"), "flag", "objective-list", (), "objective.view"),
            Place(
                _("Competence"),
                "users-group",
                "competence-matrix",
                (),
                "competence.view",
            ),
            Place(
                _("Communication plan"),
                "messages",
                "communication-list",
                (),
                "communication_plan.view",
            ),
            Place(_("Resources"), "server", "resource-list", (), "resource.view"),
            Place(
                _("Documents"),
                "file-text",
                "document-list",
                any_of=("documentation.view", "documentation.manage"),
            ),
            Place(
                _("Meetings"),
                "users-group",
                "meeting-list",
                any_of=("meeting.view", "meeting.manage"),
                around=("/governance/boards",),
            ),
            Place(
                _("Indicators"),
                "chart-bar",
                "indicator-list",
                (),
                "indicator.view",
                around=("/governance/scorecards",),
            ),
            Place(_("Internal audits"), "clipboard-list", "audit-list", (), "internal_audit.view"),
            Place(
                _("Management reviews"),
                "writing",
                "review-list",
                any_of=("management_review.view", "management_review.manage"),
            ),
            Place(
                _("Nonconformities"),
                "alert-octagon",
                "nonconformity-list",
                any_of=("nonconformity.view", "nonconformity.manage"),
                around=("/governance/recommendations",),
            ),
            Place(
                _("Improvements"),
                "sparkles",
                "improvement-list",
                any_of=("initiative.view", "initiative.manage", "initiative.authorise"),
            ),
        ),
    ),
    (
        _("Administration"),
        (Place(_("Overview"), "settings", "administration", any_of=entrance()),),
    ),
)


def navigation(actor: Actor, path: str) -> tuple[Group, ...]:
    """Return the groups of places that ``actor`` may enter; the one at ``path`` is current."""
    groups = (Group(label, tuple(_entries(actor, path, places))) for label, places in PLACES)
    return tuple(group for group in groups if group.entries)


def _entries(actor: Actor, path: str, places: tuple[Place, ...]) -> Iterator[Entry]:
    for place in places:
        if not place.is_open_to(actor):
            continue
        address = reverse(place.url_name, args=place.url_args)
        within = path.startswith(f"{address}/") and address != "/"
        within = within or path.startswith(place.around or "\0")
        counted = place.count(actor) if place.count else ""
        yield Entry(place.label, place.icon, address, path == address or within, counted)
