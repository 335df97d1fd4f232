"""What an open record asks while somebody types: drafts, who else is there, whom to name.

All of it answers scripts; a page without them works as well, only without these.
"""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.operation.teamwork import actions, queries


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: TimshelRequest, number: str) -> HttpResponse:
    """Tell one's own drafts on a piece of work by box, or keep one as typed.

    ``POST`` takes ``box`` and ``text``; an empty text throws the draft away. ``GET`` answers
    ``{"drafts": {"reply": {"text": …, "saved_at": …}}}``.
    """
    if request.method != "POST":
        found = queries.drafts_of(number, actor=request.actor)
        drafts = {
            box: {"text": each.text, "saved_at": each.saved_at.isoformat()}
            for box, each in found.items()
        }
        return JsonResponse({"drafts": drafts})
    box, text = request.POST.get("box", ""), request.POST.get("text", "")
    actions.save_draft(number, box=box, text=text, actor=request.actor, at=request.at)
    return JsonResponse({"saved_at": request.at.isoformat() if text.strip() else None})


@require_POST
def presence(request: TimshelRequest, number: str) -> HttpResponse:
    """Note that somebody looks at a piece of work, or leaves it; tell who else is there.

    Takes ``typing``, the box that is typed into, and ``left=1`` from a page that closes. Answers
    ``{"present": [{"name": …, "typing": "reply"}], "mentions": 2}``: who else is there, and in
    how many notes of other work one was named and has not looked yet.
    """
    if request.POST.get("left") == "1":
        actions.leave(number, actor=request.actor, at=request.at)
        return HttpResponse(status=204)
    box = request.POST.get("typing", "")
    actions.show_presence(number, typing_in=box, actor=request.actor, at=request.at)
    actions.see_mentions(number, actor=request.actor, at=request.at)
    others = queries.present(number, actor=request.actor, at=request.at)
    return JsonResponse(
        {
            "present": [{"name": each.name, "typing": each.typing_in} for each in others],
            "mentions": queries.mention_count(actor=request.actor),
        }
    )


@require_safe
def mentions(request: TimshelRequest, number: str) -> HttpResponse:
    """Offer who can be named in a note, by what was typed after the ``@`` as ``q``.

    Answers ``{"people": [{"code": …, "name": …, "unit": …}]}``; a note names ``@code``.
    """
    text = request.GET.get("q", "")[:100]
    found = queries.people_to_mention(number, text=text, actor=request.actor)
    people = [{"code": each.code, "name": each.name, "unit": each.unit} for each in found]
    return JsonResponse({"people": people})
