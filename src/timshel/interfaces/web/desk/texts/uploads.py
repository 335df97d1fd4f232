"""Taking a file as soon as it is chosen, pasted or dropped, before what it comes with is sent.

It is kept as a file of a refused form is: its content lies in the store, and the form carries a
signed note of it that is worth something to its owner alone, for a day.
"""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from timshel.interfaces.web.forms import FilesGiven
from timshel.interfaces.web.requests import TimshelRequest


@require_POST
def keep(request: TimshelRequest) -> HttpResponse:
    """Keep the files that were sent; answers their notes, or what is wrong with them."""
    given = FilesGiven(request, request.actor)
    kept = given.keep()
    if given.errors or not kept:
        sentence = " ".join(given.errors) or _("No file arrived.")
        return JsonResponse({"message": sentence}, status=422)
    files = [{"note": each.note, "name": each.name, "size": each.size} for each in kept]
    return JsonResponse({"files": files})
