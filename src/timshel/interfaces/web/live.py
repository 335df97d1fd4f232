"""Whether a page that somebody looks at has been overtaken by others' work.

A page carries one signed value that names its regions and the moment it was drawn; the browser
asks with it every few seconds. The answer is one query, needs no session, and says only yes or no.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from timshel.interfaces.web.requests import quiet
from timshel.kernel import live as regions_of_pages

SALT = "timshel.live"


def watch(regions: Sequence[str], token: str) -> str:
    """Return the signed value with which a page asks for news of ``regions``.

    Args:
        regions: names such as ``work_item:17`` or ``team:4``.
        token: what ``kernel.live.token()`` gave before the page's own queries.
    """
    return signing.dumps([token, sorted(set(regions))], salt=SALT, compress=True)


@quiet
@never_cache
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """Answer 204 if nothing moved, 200 if the page should be drawn anew."""
    try:
        token, regions = signing.loads(
            request.GET.get("watch", ""), salt=SALT, max_age=regions_of_pages.KEPT
        )
    except signing.SignatureExpired:
        return JsonResponse({"changed": True})
    except signing.BadSignature:
        return HttpResponse(status=400)
    if regions_of_pages.has_changed(regions, token):
        return JsonResponse({"changed": True})
    return HttpResponse(status=204)
