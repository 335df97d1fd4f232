"""Calls for tests: a line of the service desk, and what a telephone system tells of a call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, FOUNDED, SYSTEM, later
from timshel.kernel.actor import Actor
from timshel.operation.call.actions import (
    CallLog,
    CallTold,
    LineContent,
    TemplateContent,
    keep_line,
    keep_template,
    log_call,
    record_calls,
)

LINE = "desk"
SOURCE = "pbx"
NUMBER = "+441632960018"


def line(code: str = LINE, *, team: str | None = "service-desk", **given: Any) -> int:
    """Make a line; returns its key."""
    content = LineContent(name="Service desk", team=team, number="+44 1632 960 000", **given)
    return keep_line(code, content=content, actor=SYSTEM, at=FOUNDED)


def template(code: str = "password", **given: Any) -> int:
    """Make a template of a frequent problem; returns its key."""
    content = TemplateContent(
        name="Password",
        title="The password does not work",
        description="Since this morning.",
        solution="We set a new password together.",
        service="mail",
        **given,
    )
    return keep_template(code, content=content, actor=SYSTEM, at=FOUNDED)


def told(
    kind: str, seconds: float = 0, *, call: str = "call-1", at: datetime = AT, **given: Any
) -> CallTold:
    """Return one thing that a telephone system tells, so many seconds after a moment."""
    given.setdefault("queue", LINE)
    return CallTold(external_id=call, kind=kind, at=at + timedelta(seconds=seconds), **given)


def tell(*things: CallTold, at: datetime | None = None) -> dict[str, int]:
    """Tell things as the telephone system; returns the keys of the calls."""
    done = record_calls(things, source=SOURCE, actor=SYSTEM, at=at or later(30))
    return dict(done.calls)


def answered_call(
    agent: str = "jonas.okereke", *, call: str = "call-1", wait: float = 8, at: datetime = AT
) -> int:
    """Tell of a call that was answered and ended; returns its key."""
    keys = tell(
        told("queued", 0, call=call, at=at, number=NUMBER),
        told("answered", wait, call=call, at=at, agent=agent),
        told("hung_up", wait + 120, call=call, at=at),
        told("wrapped", wait + 150, call=call, at=at),
    )
    return keys[call]


def logged(by: Actor, *, at: datetime | None = None, **given: Any) -> int:
    """Write a call down by hand; returns its key."""
    moment = at or later(5)
    given.setdefault("outcome", "nothing")
    given.setdefault("began_at", moment - timedelta(minutes=3))
    given.setdefault("name", "Somebody")
    return log_call(CallLog(**given), actor=by, at=moment).call_id


def queries_of(browser: Client, address: str) -> int:
    """Return how many queries a page takes."""
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)
