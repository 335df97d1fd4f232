"""The start of the administration: a card for each thing that the reader may look after."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.relationship_agreement.service_level.access import VIEW

# Long work is begun by those who set something up; who reads the journal may look on.
JOBS = (
    "authority.manage",
    "communication.manage",
    "journal.view",
    "organization.manage",
    "service.manage",
    "service_level.configure",
)
SUPPLIERS = ("service.manage", "service_level.view")


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to look after.

    Args:
        title: its name.
        text: what can be done there, in a sentence.
        icon: the name of its icon.
        url_name: the name of its address.
        permissions: one of them, held somewhere, opens it; the address asks for the same.
    """

    title: Promise
    text: Promise
    icon: str
    url_name: str
    permissions: tuple[str, ...]

    def is_open_to(self, actor: Actor) -> bool:
        """Tell whether the actor may go there."""
        return any(actor.may_somewhere(permission) for permission in self.permissions)


# In the order in which they are shown.
CARDS: list[Card] = [
    Card(
        _("Calendars"),
        _("Set the hours in which work counts, and say whose hours they are."),
        "calendar",
        "calendars",
        (VIEW,),
    ),
    Card(
        _("Waiting"),
        _("Say for each reason whether clocks stand still while work waits."),
        "hourglass",
        "waiting",
        (VIEW,),
    ),
    Card(
        _("Agreements"),
        _("See and set what is promised to whom, try a draft, and compare versions."),
        "file-text",
        "agreements",
        ("service_level.view",),
    ),
    Card(
        _("Processes"),
        _("Draw what happens after something is asked for, try it, and put it into force."),
        "sitemap",
        "processes",
        ("process.design", "process.view"),
    ),
    Card(
        _("Catalogue"),
        _("Write what people can ask for, say for whom it is, and see what is missing."),
        "book",
        "catalogue-tree",
        ("catalogue.manage", "catalogue.publish"),
    ),
    Card(
        _("Forms"),
        _("Say what people are asked when they order something, and look at it as they will."),
        "clipboard-list",
        "forms",
        ("catalogue.manage", "catalogue.publish"),
    ),
    Card(
        _("Macros and texts"),
        _("Keep macros, saved replies and text modules for teams and for everybody."),
        "bolt",
        "macro-list",
        ("macro.manage",),
    ),
    Card(
        _("Tags"),
        _("See which tags are used, mend their names, and make one of two."),
        "tag",
        "tags",
        ("work.keep_tags",),
    ),
    Card(
        _("Forecast"),
        _("See how well it is foretold which promises will be broken, and from what."),
        "chart-bar",
        "forecast",
        (VIEW,),
    ),
    Card(
        _("Escalations"),
        _("Say who hears before the time of a clock runs out, and after it has."),
        "bell",
        "escalations",
        ("service_level.view",),
    ),
    Card(
        _("On call"),
        _("See and plan who can be reached in each team, outside its hours, too."),
        "phone",
        "on-call",
        ("organization.manage", "service_level.view"),
    ),
    Card(
        _("Mailboxes"),
        _("Say where the mail that people write to you arrives, and see whether it is fetched."),
        "inbox",
        "mailboxes",
        ("communication.keep_mailboxes",),
    ),
    Card(
        _("Rules for mail"),
        _("Say what becomes of mail that arrives, and whose mail is trusted or blocked."),
        "mail",
        "mail-rules",
        ("mail.configure",),
    ),
    Card(
        _("Messages"),
        _("See what mail did not arrive and why, and word messages as your house says it."),
        "send",
        "message-list",
        ("communication.manage",),
    ),
    Card(
        _("Telephone and counters"),
        _("Keep the numbers that people call, and the words for what they often call about."),
        "headset",
        "telephone",
        ("organization.manage",),
    ),
    Card(
        _("Alert sources"),
        _("Listen to monitoring systems, and say what becomes of what they find."),
        "flame",
        "alert-sources",
        ("alert.manage",),
    ),
    Card(
        _("Suppliers"),
        _("Keep the firms that take over a part of the work, so that it can wait for them."),
        "building-community",
        "suppliers",
        SUPPLIERS,
    ),
    Card(
        _("Jobs"),
        _("See how far long work is, and mend what failed or could not be sent."),
        "progress",
        "jobs",
        JOBS,
    ),
    Card(
        _("Status page"),
        _("Say of which services people of the house, or everybody, may know how they do."),
        "circle-check",
        "status-settings",
        ("service.manage",),
    ),
    Card(
        _("Webhooks"),
        _("Tell other systems at once what happens here, signed, and see what arrived."),
        "plug-connected",
        "webhooks",
        ("webhook.manage",),
    ),
    Card(
        _("Service accounts"),
        _("Give programs accounts of their own, and say who answers for them."),
        "shield-lock",
        "service-accounts",
        ("authority.manage",),
    ),
    Card(
        _("Links for guests"),
        _("Let people without an account report something."),
        "link",
        "guest-links",
        ("guest.manage",),
    ),
]


def entrance() -> tuple[str, ...]:
    """Return the permissions of which one, held somewhere, opens the administration."""
    return tuple(sorted({permission for card in CARDS for permission in card.permissions}))


@require_safe
def index(request: TimshelRequest) -> HttpResponse:
    """Show the cards that are open to the reader."""
    cards = [card for card in CARDS if card.is_open_to(request.actor)]
    return render(request, "administration/index.html", {"cards": cards})
