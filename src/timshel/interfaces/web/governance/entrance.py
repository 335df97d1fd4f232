"""Who may enter: those who may see agreements and how they are kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed
from timshel.relationship_agreement.service_level.access import VIEW

View = Callable[..., HttpResponseBase]


def for_readers(view: View) -> View:
    """Refuse a page of governance to those who may not see agreements anywhere."""

    @wraps(view)
    def guarded(request: TimshelRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.may_somewhere(VIEW):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return guarded
