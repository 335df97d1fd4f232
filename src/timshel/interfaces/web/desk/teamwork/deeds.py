"""What the small forms of the panels do: one action each, and back to the panel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.context.people.queries import colleagues_matching, person_by_code
from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.text import is_storable
from timshel.operation.teamwork import actions, queries
from timshel.operation.work.access import find

LONGEST = 250
LARGEST_KEY = 2**63 - 1


def back(request: TimshelRequest, number: str, anchor: str) -> HttpResponseRedirect:
    """Return to a panel of the record, or to one's queue if the record is seen no more."""
    try:
        kind = find(number, actor=request.actor).kind
    except NotFound:
        return HttpResponseRedirect(reverse("desk-home"))
    return HttpResponseRedirect(f"{record_address(kind, number)}#{anchor}")


def attempt(
    request: TimshelRequest, number: str, anchor: str, do: Callable[[], object]
) -> HttpResponseRedirect:
    """Do something; say what was wrong with it above the page, and go back to the panel."""
    try:
        do()
    except Invalid as refusal:
        for texts in refusal.fields.values():
            for text in texts:
                messages.error(request, str(text))
        if not refusal.fields:
            messages.error(request, str(refusal.message))
    except WrongState as refusal:
        messages.error(request, str(refusal.message))
    return back(request, number, anchor)


@require_POST
def tags(request: TimshelRequest, number: str) -> HttpResponse:
    """Add the tags that were typed, with commas between them, or take one off."""
    at, actor = request.at, request.actor
    gone = request.POST.get("remove", "")[:LONGEST]
    if gone:
        return attempt(
            request,
            number,
            "tags",
            lambda: actions.untag_work(number, tags=[gone], actor=actor, at=at),
        )
    typed = request.POST.get("tags", "")[: LONGEST * 4].split(",")
    named = [each for each in typed if each.strip()]
    return attempt(
        request, number, "tags", lambda: actions.tag_work(number, tags=named, actor=actor, at=at)
    )


@require_POST
def links(request: TimshelRequest, number: str) -> HttpResponse:
    """Link the work to another, or take a link away."""
    at, actor = request.at, request.actor
    gone = request.POST.get("remove", "")
    if gone:
        return attempt(
            request,
            number,
            "links",
            lambda: actions.unlink_work(number, link_id=key_of(gone), actor=actor, at=at),
        )
    to, kind = request.POST.get("to", "")[:LONGEST], request.POST.get("kind", "related")
    return attempt(
        request,
        number,
        "links",
        lambda: actions.link_work(number, to=first_word(to), kind=kind, actor=actor, at=at),
    )


@require_POST
def time(request: TimshelRequest, number: str) -> HttpResponse:
    """Write time down, correct a line of one's own, or take it away."""
    at, actor = request.at, request.actor
    gone, line = request.POST.get("remove", ""), request.POST.get("line", "")
    if gone:
        return attempt(
            request,
            number,
            "time",
            lambda: actions.remove_time(number, line_id=key_of(gone), actor=actor, at=at),
        )

    def do() -> None:
        spent = _spent(request)
        if line:
            key = key_of(line)
            actions.correct_time(number, line_id=key, spent=spent, actor=actor, at=at)
        else:
            actions.spend_time(number, spent=spent, actor=actor, at=at)

    return attempt(request, number, "time", do)


@require_POST
def checks(request: TimshelRequest, number: str) -> HttpResponse:
    """Add lines to the checklist, tick one off or on, or take one away."""
    at, actor = request.at, request.actor
    gone, line = request.POST.get("remove", ""), request.POST.get("line", "")

    def do() -> None:
        if gone:
            actions.remove_check(number, line_id=key_of(gone), actor=actor, at=at)
        elif line:
            done = request.POST.get("done") == "1"
            actions.tick_check(number, line_id=key_of(line), is_done=done, actor=actor, at=at)
        else:
            lines = request.POST.get("text", "").splitlines()
            actions.add_checks(number, lines=lines, actor=actor, at=at)

    return attempt(request, number, "checks", do)


@require_POST
def watchers(request: TimshelRequest, number: str) -> HttpResponse:
    """Have somebody follow the work, or no longer; without a name, oneself."""
    at, actor = request.at, request.actor
    gone = request.POST.get("remove", "")
    if gone:
        actions.remove_watcher(number, person_id=key_of(gone), actor=actor, at=at)
        return back(request, number, "watchers")

    def do() -> None:
        person_id = watcher_key(request)
        actions.add_watcher(number, person_id=person_id, actor=actor, at=at)

    return attempt(request, number, "watchers", do)


def watcher_key(request: TimshelRequest) -> int:
    """Return the key of the person whose code was typed or chosen; oneself for ``me``.

    Raises:
        Invalid: nobody has that code.
    """
    typed = first_word(request.POST.get("person", "")[:LONGEST])
    found = request.actor.person_id if typed == "me" else None
    if found is None and typed and is_storable(typed):
        found = person_by_code(typed)
    if found is None:
        raise Invalid({"person": [_("Please choose a person from the list.")]})
    return found


@require_safe
def tag_options(request: TimshelRequest) -> HttpResponse:
    """Offer tags in use for the last word that is typed."""
    typed = request.GET.get("tags", "")[: LONGEST * 4]
    before, _comma, word = typed.rpartition(",")
    head = f"{before.strip()}, " if before.strip() else ""
    names = queries.tags_matching(word, actor=request.actor)
    choices = [(f"{head}{name}", name) for name in names]
    return render(request, "desk/panels/options.html", {"choices": choices})


@require_safe
def work_options(request: TimshelRequest, number: str) -> HttpResponse:
    """Offer other work by its number or words of its title, as somebody types."""
    text = (request.GET.get("to") or request.GET.get("into") or request.GET.get("parent", ""))[:100]
    kinds = [request.GET["only"]] if request.GET.get("only") else []
    found = queries.work_matching(text, but=[number.upper()], kinds=kinds, actor=request.actor)
    choices = [
        (each.number, f"{each.title} · {each.requester} · {each.stage_name}") for each in found
    ]
    return render(request, "desk/panels/options.html", {"choices": choices})


@require_safe
def person_options(request: TimshelRequest) -> HttpResponse:
    """Offer people of the same house, as somebody types."""
    text = request.GET.get("person", "")[:100]
    found = colleagues_matching(text, actor=request.actor)
    choices = [(each.code, f"{each.name} · {each.unit}".strip(" ·")) for each in found]
    return render(request, "desk/panels/options.html", {"choices": choices})


def first_word(text: str) -> str:
    """Return what stands first in a field that offers, such as a number before its title."""
    return text.split(maxsplit=1)[0] if text.split() else ""


def key_of(text: str) -> int:
    """Return a key that a form sent; what is none is the key of nothing."""
    return min(int(text), LARGEST_KEY) if text.isascii() and text.isdigit() else 0


def _spent(request: TimshelRequest) -> actions.Spent:
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError as fault:
        raise Invalid({"day": [_("Please give a day.")]}) from fault
    return actions.Spent(
        minutes=min(key_of(request.POST.get("minutes", "").strip()), 2**31 - 1),
        day=day,
        note=request.POST.get("note", ""),
        is_internal=request.POST.get("is_shown") != "1",
    )
