"""Which named scope each operation needs: told in the document, asked at the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from timshel.kernel.errors import NotAllowed
from timshel.leadership.authority.access import covers

READING = frozenset({"GET", "HEAD"})
# The area of ``leadership.authority.access`` to which the operations of a tag belong.
AREA_OF_TAG: Mapping[str, str] = {
    "Incidents": "cases",
    "Stages": "cases",
    "Outages": "cases",
    "Conversation": "cases",
    "Work": "cases",
    "Macros": "cases",
    "Saved replies": "cases",
    "Text modules": "cases",
    "Teamwork": "cases",
    "Views": "cases",
    "Search": "cases",
    "Bulk": "cases",
    "Requests": "cases",
    "Tasks": "cases",
    "Ratings": "cases",
    "Alerts": "cases",
    "Status": "cases",
    "Exports": "cases",
    "Promises": "promises",
    "People": "directory",
    "Teams": "directory",
    "Services": "directory",
    "Suppliers": "directory",
    "On call": "directory",
    "Report cards": "promises",
    "Escalations": "promises",
    "Calendars": "promises",
    "Waiting rules": "promises",
    "Agreements": "promises",
    "Charter": "promises",
    "Responsibilities": "promises",
    "Planned work": "promises",
    "Catalogue": "catalogue",
    "Forms": "catalogue",
    "Processes": "processes",
    "Calls": "calls",
    "Approvals": "approvals",
    "Notifications": "profile",
    "Preferences": "profile",
    "Tokens": "profile",
    "Jobs": "administration",
    "Mail": "administration",
    "Mailboxes": "administration",
    "Webhooks": "administration",
    "Service accounts": "administration",
    "Administration": "administration",
    "Journal": "administration",
    "Planned actions": "management",
    "Risks": "management",
    "Objectives": "management",
    "Documents": "management",
    "Meetings": "management",
    "Internal audits": "management",
    "Nonconformities": "management",
    "Improvements": "management",
    "Issues of the context": "management",
    "Interested parties": "management",
    "Scope": "management",
    "Conformity": "management",
    "Management reviews": "management",
    "Indicators": "management",
    "Competences": "management",
    "Mandates": "management",
    "Process profiles": "management",
    "Resources": "management",
    "Communication plan": "management",
    "Service management plan": "management",
}
# What any token may ask: who it is.
OPEN = frozenset({"read_me"})


def scope_of(method: str, tags: Iterable[str], operation_id: str) -> str | None:
    """Return the scope that an operation needs, or None where any token will do.

    Args:
        method: in capitals.
        tags: of the operation; the first that has an area counts.
        operation_id: its name.
    """
    if operation_id in OPEN:
        return None
    area = next((AREA_OF_TAG[tag] for tag in tags if tag in AREA_OF_TAG), "administration")
    return f"{area}:{'read' if method in READING else 'write'}"


class ScopeMissing(NotAllowed):
    """A token's scopes do not open what is asked.

    Args:
        scope: the one that would.
    """

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(_("This token lacks the scope %(scope)s.") % {"scope": scope})


def require_scope(scopes: Iterable[str], needed: str | None) -> None:
    """Refuse what a token's scopes do not open.

    Args:
        scopes: those of the token; without any it is limited by its permissions only.
        needed: the scope of the operation, or None.

    Raises:
        ScopeMissing: names the scope that is missing.
    """
    held = tuple(scopes)
    if needed is None or not held or covers(held, needed):
        return
    raise ScopeMissing(needed)
