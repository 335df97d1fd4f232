"""The names of all permissions, and the rights to manage rights."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed

MANAGE = "authority.manage"

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
    "catalogue.manage": _("Write the catalogue and its forms"),
    "catalogue.publish": _("Publish pages and forms of the catalogue"),
    "process.view": _("Read processes and how they run"),
    "process.design": _("Draw processes and publish them"),
    "journal.view": _("Read the journal"),
    "communication.manage": _("See messages that could not be sent, and send them again"),
}


def require(actor: Actor, permission: str) -> None:
    """Refuse unless the actor has a permission everywhere.

    Raises:
        NotAllowed: the permission is missing, or holds only in a part.
    """
    if not actor.scope(permission).everywhere:
        raise NotAllowed
