"""Webhooks in tests: one that is set up, receivers, and what they got."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.db import connection

from tests.cast import AT, SYSTEM, Cast
from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.actions import define_role, grant_role
from timshel.leadership.authority.queries import actor_for
from timshel.support.webhook import actions
from timshel.support.webhook.actions import Heard, WebhookMade, WebhookWanted
from timshel.support.webhook.events import EventSent

QUICK = timedelta(milliseconds=10)
FOREVER = timedelta(days=1)


@dataclass
class Receiver:
    """Somebody at the other end, without a network."""

    status: int | None = 200
    trouble: str = ""
    retry_after: str = ""
    answer: str = ""
    took: timedelta = QUICK
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    def __call__(self, address: str, /, *, headers: Mapping[str, str], body: bytes) -> Heard:
        self.got.append((headers, body))
        return Heard(self.status, self.answer, self.trouble, self.retry_after, self.took)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.got]

    @property
    def events(self) -> list[Any]:
        return [json.loads(body) for _headers, body in self.got]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


def hooked(
    who: Actor,
    *kinds: str,
    address: str = "https://hooks.example/in",
    condition: str = "",
    owner_id: int | None = None,
    at: datetime = AT,
) -> WebhookMade:
    """Set a webhook up."""
    wanted = WebhookWanted("Test", address, kinds or ("incident.opened",), condition, owner_id)
    return actions.create_webhook(wanted, actor=who, at=at)


def keeper(cast: Cast) -> Actor:
    """Let the service owner keep webhooks of their own; returns them as they are then."""
    define_role(
        "integrator",
        name="Integrator",
        permissions=["webhook.manage"],
        translations={},
        actor=SYSTEM,
        at=AT,
    )
    person_id = cast.service_owner.person_id or 0
    grant_role(person_id, role="integrator", actor=SYSTEM, at=AT)
    found = actor_for(person_id, channel=Channel.DESK)
    assert found is not None
    return found


def spread() -> None:
    """Let deliveries be made of what happened, as of then, and none be sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo'"
            " RETURNING id, task_name, args::text"
        )
        jobs = sorted(cursor.fetchall())
    for _key, name, written in jobs:
        if name == "webhook.spread":
            given = json.loads(written)
            at = datetime.fromisoformat(given["happened_at"])
            event = EventSent(given["event_id"], given["kind"], given["about"], at)
            actions.spread_event(event, at=at)


def deliver(made: WebhookMade, receiver: Receiver, *, at: datetime) -> int:
    """Deliver what is due at a moment."""
    return actions.deliver_due(made.id, posting=receiver, at=at, within=FOREVER)


@dataclass
class Server:
    """A receiver on this machine, as HTTP has it."""

    port: int
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"ok"
    hold: threading.Event | None = None
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def at(self, path: str = "/in") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def serving() -> Iterator[Server]:
    """Run a receiver on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            if found.hold is not None:
                found.hold.wait(20)
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.answer)))
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # who called has read enough
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Server(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield found
    finally:
        if found.hold is not None:
            found.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()
