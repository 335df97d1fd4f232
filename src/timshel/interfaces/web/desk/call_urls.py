"""The addresses of calls at the desk."""

from __future__ import annotations

from functools import partial

from django.urls import path as open_path

from timshel.interfaces.web.desk import call_backs, call_measures, calls, log
from timshel.interfaces.web.entrance import guarded_path
from timshel.operation.call.access import LOG, MEASURE, VIEW

log_path = partial(guarded_path, permissions=(LOG,))
view_path = partial(guarded_path, permissions=(VIEW, LOG))

urlpatterns = [
    log_path("log", log.log, name="call-log"),
    log_path("log/callers", log.found, name="call-log-found"),
    log_path("log/caller", log.known, name="call-log-known"),
    log_path("log/offerings", log.needed, name="call-log-needed"),
    view_path("calls", calls.calls, name="call-list"),
    guarded_path(
        "calls/measures", call_measures.measures, name="call-measures", permissions=(MEASURE,)
    ),
    view_path("calls/<int:call_id>", calls.call, name="call"),
    view_path("call-backs", call_backs.call_backs, name="call-backs"),
    open_path("call-backs/count", call_backs.count, name="call-back-count"),
    log_path("call-backs/<int:call_back_id>/<str:deed>", call_backs.act, name="call-back-act"),
]
