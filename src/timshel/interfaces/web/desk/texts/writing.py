"""What a writer puts in: saved replies, text modules after ``::`` and articles after ``??``.

All of them come with the values of the work in place, and say which values are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.addresses import address_of_number
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.operation.macro import actions, queries
from timshel.operation.macro.access import MANAGE

MODULE, ARTICLE = "::", "??"
LONGEST_BEGINNING = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that can be put into what is being written.

    Args:
        label: what it is chosen by.
        detail: what it is.
        text: what is put in.
        missing: names of values that are not known here.
        use: what is counted as used, such as ``module:5``; empty for nothing.
    """

    label: str
    detail: str
    text: str
    missing: tuple[str, ...] = ()
    use: str = ""


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """Who knows articles; knowledge comes with a later part and registers itself here.

    Args:
        find: returns articles for what was typed after ``??``, as far as the writer may see them.
    """

    find: Callable[[str, Actor], list[Suggestion]]


_article_sources: list[ArticleSource] = []


def register_articles(source: ArticleSource) -> None:
    """Say who knows articles; called once when all parts are loaded, and harmless again."""
    _article_sources[:] = [source]


@require_safe
def suggestions(request: TimshelRequest, number: str) -> HttpResponse:
    """Answer what can be put in after ``::`` or ``??``.

    Takes ``sign``, ``begins`` and ``note=1`` for an internal note. Answers ``{"items": [{label,
    detail, text, missing, use}], "nothing": sentence}``.
    """
    begins = request.GET.get("begins", "")[:LONGEST_BEGINNING].replace("\0", "")
    if request.GET.get("sign") == ARTICLE:
        found, nothing = _articles(begins, request.actor)
    else:
        found = _modules(request, number, begins)
        nothing = _("No text has a keyword that begins like this.")
    items = [
        {
            "label": each.label,
            "detail": each.detail,
            "text": each.text,
            "missing": each.missing,
            "use": each.use,
        }
        for each in found
    ]
    return JsonResponse({"items": items, "nothing": nothing})


@require_safe
def replies(request: TimshelRequest, number: str) -> HttpResponse:
    """List the saved replies as they would read for a piece of work."""
    found = queries.replies_for(number, actor=request.actor, at=request.at)
    context = {
        "number": number.upper(),
        "record_address": address_of_number(number),
        "replies": found,
        "may_share": request.actor.may_somewhere(MANAGE),
    }
    template = (
        "desk/replies_list.html" if "Timshel-Part" in request.headers else "desk/replies.html"
    )
    return render(request, template, context)


@require_POST
def note_use(request: TimshelRequest, number: str) -> HttpResponse:  # noqa: ARG001
    """Note that a saved reply or a text module was put in: ``use`` is ``reply:5``."""
    kind, _colon, key = request.POST.get("use", "").partition(":")
    counts = {"reply": actions.note_reply_use, "module": actions.note_module_use}
    if kind in counts and key.isascii() and key.isdigit() and len(key) < len(str(2**63)):
        counts[kind](int(key), actor=request.actor, at=request.at)
    return HttpResponse(status=204)


def reply_begun(request: TimshelRequest, number: str) -> str:
    """Return the text of the saved reply that the address names, for pages without scripts."""
    key = request.GET.get("reply", "")
    if not (key.isascii() and key.isdigit() and len(key) < len(str(2**63))):
        return ""
    return queries.filled_reply(int(key), number=number, actor=request.actor, at=request.at).text


def _modules(request: TimshelRequest, number: str, begins: str) -> list[Suggestion]:
    found = queries.modules_for(
        number,
        beginning=begins,
        is_note=request.GET.get("note") == "1",
        actor=request.actor,
        at=request.at,
    )
    return [
        Suggestion(each.keyword, each.name, each.text, each.missing, f"module:{each.id}")
        for each in found
    ]


def _articles(begins: str, actor: Actor) -> tuple[list[Suggestion], str]:
    if not _article_sources:
        return [], _("There are no articles yet: the knowledge base is not set up.")
    return _article_sources[0].find(begins, actor), _("No article was found.")
