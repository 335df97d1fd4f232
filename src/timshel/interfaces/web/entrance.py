"""Addresses that open to some people only: to those who hold a permission anywhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed

View = Callable[..., HttpResponseBase]


def guarded_path(
    address: str, view: View, *, name: str, permissions: Collection[str], **more: Any
) -> URLPattern:
    """Return an address behind its entrance.

    Args:
        address: below that of its audience.
        view: what answers.
        name: of the address.
        permissions: one of them, held somewhere, opens it; what is done there has rights of its
            own.
        more: further arguments of the view.
    """

    @wraps(view)
    def guarded(request: TimshelRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not any(request.actor.may_somewhere(permission) for permission in permissions):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return path(address, guarded, more, name=name)
