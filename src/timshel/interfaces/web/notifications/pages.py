"""Where the record of a notice has its page, for the reader of the notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest
from django.urls import reverse

from timshel.interfaces.web.addresses import PREFIXES, RECORDS, record_address
from timshel.kernel.actor import Actor
from timshel.operation.work.rules import VIEW
from timshel.support.notification.records import NOTHING, About
from timshel.support.notification.states import Audience

APPROVAL = "approval"
# The pages whose being shown means that somebody reads a record, and of which kind.
READING: Mapping[str, str] = {
    **{name: kind for kind, name in RECORDS.items()},
    "approval": APPROVAL,
}


def work_page(about: About, /, *, audience: Audience, actor: Actor) -> str:
    """Return the path of a piece of work: helpers see the record, requesters their case."""
    helps = audience == Audience.AGENT or (
        audience == Audience.EVERYBODY and actor.may_somewhere(VIEW)
    )
    return record_address(about.kind, about.key) if helps else reverse("case", args=[about.key])


def team_page(about: About, /, *, audience: Audience, actor: Actor) -> str:  # noqa: ARG001
    """Return the path of the team's page that shows a hand-over."""
    team = about.key.rpartition("/")[0]
    return reverse("team", args=[team]) if team else reverse("team-list")


def page_named(name: str, *args: str) -> Callable[..., str]:
    """Return what gives the path of a page without a key, whatever the notice is about."""

    def paging(_about: About, /, *, audience: Audience, actor: Actor) -> str:  # noqa: ARG001
        return reverse(name, args=args)

    return paging


def page_of(name: str) -> Callable[..., str]:
    """Return what gives the path of the page of a record that is found by its key."""

    def paging(about: About, /, *, audience: Audience, actor: Actor) -> str:  # noqa: ARG001
        return reverse(name, args=[about.key])

    return paging


def record_shown(request: HttpRequest) -> About:
    """Return which record a page shows, or nothing where it shows none."""
    match = request.resolver_match
    if match is None or match.url_name is None:
        return NOTHING
    key = str(next(iter(match.kwargs.values()), ""))
    if match.url_name == "case":
        kind = PREFIXES.get(key[:3].upper(), "")
        return About(kind, key.upper()) if kind else NOTHING
    kind = READING.get(match.url_name, "")
    return About(kind, key.upper()) if kind else NOTHING
