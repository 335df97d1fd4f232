"""Who may enter the desk: those who may see others' work somewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed
from timshel.operation.work.rules import VIEW

View = Callable[..., HttpResponseBase]


def for_helpers(view: View) -> View:
    """Refuse a page of the desk to those who only ask for help; their cases are in the portal."""

    @wraps(view)
    def guarded(request: TimshelRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.may_somewhere(VIEW):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return guarded
