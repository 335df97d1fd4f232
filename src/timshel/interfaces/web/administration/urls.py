"""The addresses of the administration, each behind the permissions that open it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.administration import index, jobs
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed
from timshel.support.communication.access import MANAGE

View = Callable[..., HttpResponseBase]


def path(address: str, view: View, *, name: str, permissions: tuple[str, ...]) -> URLPattern:
    """Return an address of the administration.

    Args:
        address: below ``/administration/``.
        view: what answers.
        name: of the address.
        permissions: one of them, held somewhere, opens it; what is done there has rights of its
            own.
    """

    @wraps(view)
    def guarded(request: TimshelRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not any(request.actor.may_somewhere(permission) for permission in permissions):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return open_path(address, guarded, name=name)


urlpatterns = [
    path("", index.index, name="administration", permissions=index.entrance()),
    path("jobs", jobs.jobs, name="jobs", permissions=index.JOBS),
    path("jobs/<int:job_id>/retry", jobs.retry_job, name="job-retry", permissions=index.JOBS),
    path("messages/retry", jobs.retry_messages, name="messages-retry", permissions=(MANAGE,)),
]
