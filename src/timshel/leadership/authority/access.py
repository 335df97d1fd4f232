"""All permissions, the named scopes of tokens made of them, and the right to manage rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.leadership.authority.models import ServiceAccount

MANAGE = "authority.manage"
JOURNAL = "journal.view"

# One registry, so that a role can be checked and shown without importing later clauses.
PERMISSIONS: dict[str, Promise] = {
    "authority.manage": _("Give and take roles, accounts and tokens"),
    "approval.decide": _("Answer what one is asked to approve"),
    "notification.read": _("Read one's notices, and choose what one is told"),
    "approval.manage": _("See all approvals, and ask somebody else"),
    "organization.manage": _("Keep units, sites, teams, customers and people"),
    "people.view": _("See people and find them"),
    "people.introduce": _("Make callers known who are not known yet"),
    "policy.manage": _("Write and publish the service charter"),
    "responsibility.manage": _("Say who is responsible and accountable for what"),
    "service.manage": _("Keep services, offerings and functions"),
    "service_level.view": _("See agreements and how they are kept"),
    "service_level.configure": _("Set calendars and agreements"),
    "measurement.record": _("Record what was measured elsewhere"),
    "reporting.remediate": _("Say on report cards what is done about a broken promise"),
    "work.view": _("See work"),
    "work.read_notes": _("Read internal notes"),
    "view.share": _("Keep the views of a team, or those for everybody"),
    "work.keep_tags": _("Rename, merge and delete tags"),
    "work.view_shared": _("Follow the cases of a unit on the portal, but for confidential ones"),
    "work.bulk": _("Do the same to many pieces of work at once"),
    "incident.report": _("Report an incident"),
    "incident.report_for_others": _("Report an incident for someone else"),
    "incident.work": _("Take, answer and move incidents"),
    "incident.assign": _("Assign incidents to teams and people"),
    "incident.change": _("Change the properties of incidents"),
    "incident.override_priority": _("Set a priority against the matrix"),
    "incident.resolve": _("Resolve and close incidents"),
    "incident.cancel": _("Cancel incidents"),
    "incident.declare_outage": _("Tell everybody of an outage"),
    "incident.reopen_closed": _("Reopen incidents after their window"),
    "guest.manage": _("Give links to guests, by which they report without an account"),
    "rating.answer": _("Say to requesters what came of their ratings"),
    "request.order": _("Ask for something from the catalogue"),
    "request.order_for_others": _("Ask for something for someone else"),
    "request.work": _("Take, answer and move requests and tasks"),
    "request.assign": _("Assign requests and tasks to teams and people"),
    "request.change": _("Change what a request says"),
    "request.cancel": _("Cancel requests"),
    "request.steer": _("Move, repeat and skip steps of a request's process"),
    "macro.manage": _("Keep macros, saved replies and text modules that others use"),
    "call.log": _("Write down calls and visits, and promise to call back"),
    "call.view": _("See calls and call-backs of others"),
    "call.measure": _("See how calls are answered"),
    "call.measure_people": _("See how single people answer calls"),
    "call.record": _("Tell of calls, as a telephone system does"),
    "maintenance.plan": _("Plan work on services, of which everybody is told"),
    "alert.manage": _("Say what becomes of the alerts of monitoring"),
    "alert.send": _("Tell of alerts, as a monitoring system does"),
    "catalogue.manage": _("Write the catalogue and its forms"),
    "catalogue.publish": _("Publish pages and forms of the catalogue"),
    "process.view": _("Read processes and how they run"),
    "process.design": _("Draw processes and publish them"),
    "journal.view": _("Read the journal"),
    "webhook.manage": _("Have events sent to other systems, as far as one may see them"),
    "mail.handle": _("Look after mail that waits for a person"),
    "mail.configure": _("Say what becomes of mail that arrives"),
    "communication.manage": _("See messages that could not be sent, and send them again"),
    "communication.keep_mailboxes": _("Keep the mailboxes from which mail is taken"),
    "context.view": _("See the context: issues, interested parties and what they need"),
    "context.manage": _("Keep issues, interested parties and what they need"),
    "planned_action.view": _("See all planned actions"),
    "planned_action.manage": _("Plan actions for others, and change them"),
    "risk.view": _("See risks and opportunities"),
    "risk.manage": _("Analyse and treat risks and opportunities"),
    "risk.accept": _("Accept risks that stay"),
    "objective.view": _("See objectives"),
    "objective.manage": _("Set objectives and plan how to reach them"),
    "plan.view": _("See the service management plan"),
    "plan.manage": _("Write the service management plan"),
    "competence.view": _("See everybody's skills and certificates"),
    "competence.manage": _("Keep skills, certificates and learning paths"),
    "mandate.view": _("See who may approve what"),
    "mandate.manage": _("Say who may approve what, and up to how much"),
    "process_profile.view": _("See what each process is for"),
    "process_profile.manage": _("Write what each process is for"),
    "resource.view": _("See resources and their forecast"),
    "resource.manage": _("Keep resources and their forecast"),
    "communication_plan.view": _("See the communication plan and what came back"),
    "communication_plan.manage": _("Plan what is told to whom, and answer what comes back"),
    "documentation.view": _("See all controlled documents, drafts included"),
    "documentation.manage": _("Write, distribute and withdraw controlled documents"),
    "meeting.view": _("See all boards and meetings"),
    "meeting.manage": _("Call meetings, and write their minutes"),
    "internal_audit.view": _("See the audit programme and audits"),
    "internal_audit.manage": _("Plan audits, conduct them and report"),
    "indicator.view": _("See indicators and scorecards"),
    "indicator.manage": _("Choose indicators, their targets and thresholds"),
    "management_review.view": _("See management reviews"),
    "management_review.manage": _("Prepare management reviews and write down their decisions"),
    "conformity.view": _("See how far the requirements of the standard are met"),
    "conformity.judge": _("Judge how far the requirements of the standard are met"),
    "nonconformity.view": _("See nonconformities"),
    "nonconformity.manage": _("Handle nonconformities"),
    "nonconformity.verify": _("Judge whether an action against a nonconformity was effective"),
    "initiative.suggest": _("Suggest improvements"),
    "initiative.view": _("See all improvements"),
    "initiative.manage": _("Assess and follow improvements"),
    "initiative.authorise": _("Authorise improvements"),
}


def require(actor: Actor, permission: str) -> None:
    """Refuse unless the actor has a permission everywhere.

    Raises:
        NotAllowed: the permission is missing, or holds only in a part.
    """
    if not actor.scope(permission).everywhere:
        raise NotAllowed


@dataclass(frozen=True, slots=True)
class Scope:
    """A named part of what the API does, which a token may be limited to.

    Args:
        code: its name, such as ``cases:read``.
        title: for people, where a token is made.
        is_reading: it opens what reads only.
        permissions: what it can hold; never more than its person has.
    """

    code: str
    title: Promise
    is_reading: bool
    permissions: frozenset[str]


# For each area: what reading and what changing it means, and by which words its permissions begin.
AREAS: Mapping[str, tuple[Promise, Promise, tuple[str, ...]]] = {
    "cases": (
        _("Read incidents, requests, tasks and what is said about them"),
        _("Report, order, answer and change incidents, requests and tasks"),
        ("incident", "request", "work", "view", "rating", "macro", "guest", "alert", "intake"),
    ),
    "calls": (
        _("Read calls and call-backs"),
        _("Write down calls and promise to call back"),
        ("call",),
    ),
    "directory": (
        _("Read people, teams, services and suppliers"),
        _("Change suppliers, shifts and whatever else the directory holds"),
        ("people", "organization", "service"),
    ),
    "catalogue": (
        _("Read the catalogue and its forms"),
        _("Write and publish the catalogue and its forms"),
        ("catalogue",),
    ),
    "processes": (
        _("Read the diagrams of processes"),
        _("Draw and publish diagrams of processes"),
        ("process",),
    ),
    "promises": (
        _("Read agreements, calendars, report cards, the charter and responsibilities"),
        _("Change agreements, calendars, the charter, responsibilities and measured values"),
        ("service_level", "measurement", "reporting", "policy", "responsibility", "maintenance"),
    ),
    "approvals": (
        _("Read what I am asked to approve"),
        _("Answer what I am asked to approve, and name who stands in"),
        ("approval",),
    ),
    "profile": (
        _("Read my notices and preferences"),
        _("Mark notices as read and change my preferences"),
        ("notification",),
    ),
    "management": (
        _("Read the management system: risks, documents, audits and what follows from them"),
        _("Change the management system: risks, documents, audits and what follows from them"),
        (
            "context",
            "planned_action",
            "risk",
            "objective",
            "documentation",
            "meeting",
            "internal_audit",
            "nonconformity",
            "initiative",
            "plan",
            "competence",
            "mandate",
            "process_profile",
            "resource",
            "communication_plan",
            "indicator",
            "management_review",
            "conformity",
        ),
    ),
    "administration": (
        _("Read jobs, messages, the journal and other settings"),
        _("Change settings, and do jobs and messages again"),
        ("authority", "journal", "communication", "mail", "webhook", "status"),
    ),
}
READING = frozenset(
    {"work.read_notes", "work.view_shared", "call.measure", "call.measure_people"}
) | {name for name in PERMISSIONS if name.endswith(".view")}
REST = "administration"


def area_of(permission: str) -> str:
    """Return the area of a permission; what no area names belongs to the administration."""
    word = permission.partition(".")[0]
    return next((area for area, (_r, _w, words) in AREAS.items() if word in words), REST)


def _scopes() -> dict[str, Scope]:
    found = {}
    for area, (reading, changing, _words) in AREAS.items():
        held = frozenset(name for name in PERMISSIONS if area_of(name) == area)
        read, write = f"{area}:read", f"{area}:write"
        found[read] = Scope(read, reading, is_reading=True, permissions=held & READING)
        found[write] = Scope(write, changing, is_reading=False, permissions=held)
    return found


SCOPES: Mapping[str, Scope] = _scopes()


def permissions_in(scopes: Iterable[str]) -> frozenset[str]:
    """Return the permissions that some scopes hold; unknown scopes hold none."""
    known = (SCOPES[each].permissions for each in scopes if each in SCOPES)
    return frozenset().union(*known)


def covers(scopes: Iterable[str], wanted: str) -> bool:
    """Tell whether scopes open what needs another: changing an area includes reading it.

    Args:
        scopes: those that a token has.
        wanted: the one that is needed, such as ``cases:read``.
    """
    area, _colon, kind = wanted.partition(":")
    held = set(scopes)
    return wanted in held or (kind == "read" and f"{area}:write" in held)


def locked_account(code: str) -> ServiceAccount:
    """Return an account, locked; the caller asks for the right.

    Raises:
        NotFound: there is no such account.
    """
    found = ServiceAccount.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise NotFound
    return found
