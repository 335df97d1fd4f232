"""The scene of the table of rights, as schemathesis meets it: with real records in each address.

What is drawn from the document alone names hardly ever a record that there is, so that behind
most addresses nothing but 404 would be tested. Here the addresses hold what is in the scene, and
every other body is the one that a person with the right sends. What a case did is undone after
its answer, but in the chains of calls that build on each other.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import schemathesis
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData, TestPhase

from tests.interfaces.test_rights import QUERIES, STAGES, Scene, routes

# The first and third of four cases are what a person sends, the second has a body of its own,
# and the last is as it was drawn.
AS_SENT = (0, 2)
AS_DRAWN = 3
TURNS = 4
POLL = 0.05


@dataclass(frozen=True, slots=True)
class Known:
    """What a person sends who knows what is wanted.

    Args:
        stage: of the incident, in which this can be done.
        address: what the address holds.
        query: what stands behind it.
        headers: besides the token.
        body: to be sent as JSON, or nothing.
    """

    stage: str
    address: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class Rehearsal:
    """The product as a WSGI application, in a scene that each case finds as it was built.

    Args:
        scene: with real records.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.product = get_wsgi_application()
        self.turns: Counter[str] = Counter()
        self.stage = "new"
        self.is_kept = True
        # All is read beforehand: cases are made in threads of the engine.
        self.known = {
            f"{method} {path}": self._known(method, path, name)
            for path, name in _names()
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        }

    def _known(self, method: str, path: str, name: str) -> Known:
        shape = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)
        address, _mark, asked = self.scene.place(method, name).partition("?")
        found = re.fullmatch(shape, address)
        assert found is not None, path
        sent = self.scene.sent(method, name)
        if method == "GET":
            asked += QUERIES.get(name, "").removeprefix("?")
        body = sent.get("data") if "headers" in sent else None
        headers = sent.get("headers", {})
        return Known(
            STAGES.get(name, "new"), found.groupdict(), dict(parse_qsl(asked)), headers, body
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request, and undo what it did where nothing builds on it."""
        if self.is_kept:
            return self._answer(environ, start_response)
        with transaction.atomic():
            self.scene.to_stage(self.stage)
            answer = self._answer(environ, start_response)
            transaction.set_rollback(True)
            return answer

    def _answer(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = self.product(environ, start_response)
        try:
            return list(answer)
        finally:
            answer.close()

    def prepare(self, case: schemathesis.Case) -> None:
        """Put what there is in place of what was drawn, where the document was followed."""
        meta = case.meta
        self.is_kept, self.stage = True, "new"
        if meta is None or meta.phase.name == TestPhase.STATEFUL:
            _use_up_once(case)
            return
        self.is_kept = False
        label = f"{meta.phase.name} {case.operation.label}"
        turn = self.turns[label] % TURNS
        self.turns[label] += 1
        known = self.known.get(case.operation.label)
        if known is None or turn == AS_DRAWN:
            return
        self.stage = known.stage
        edge = _is_about(meta.phase.data)
        if _follows(case, ParameterLocation.PATH) and edge != ParameterLocation.PATH:
            case.path_parameters.update(known.address)
        if turn in AS_SENT and meta.generation.mode.is_positive and edge is None:
            _send(case, known)


def _names() -> Iterator[tuple[str, str]]:
    """Yield the addresses of this door as its document writes them, and their names."""
    for name, pattern in routes().items():
        if name.startswith("api-"):
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern), name


def _send(case: schemathesis.Case, known: Known) -> None:
    """Let a case be the request of a person who knows what is wanted."""
    for name in ("If-Match", "If-None-Match", "Idempotency-Key"):
        case.headers.pop(name, None)
    case.headers.update(known.headers)
    case.query.clear()
    case.query.update(known.query)
    if case.media_type == "application/json" and case.body is not NOT_SET and known.body:
        case.body = deepcopy(known.body)


def _is_about(data: Any) -> ParameterLocation | None:
    """Return the part of a request whose edges a case was made for."""
    return data.parameter_location if isinstance(data, CoveragePhaseData) else None


def _follows(case: schemathesis.Case, part: ParameterLocation) -> bool:
    """Tell whether a part of a case is as the document wants it."""
    assert case.meta is not None
    component = case.meta.components.get(part)
    return component is not None and component.mode.is_positive


def _use_up_once(case: schemathesis.Case) -> None:
    """Let each case do a thing of its own: the key of the document's example is used up at once."""
    key = "Idempotency-Key"
    if case.meta is not None and case.meta.generation.mode.is_positive and key in case.headers:
        case.headers[key] = str(uuid.uuid4())


class QuietHandler(WSGIRequestHandler):
    """Answers without a line about each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - so it is called there
        """Say nothing."""


class Stage:
    """Where the rehearsal that runs now is found by the hook, of which there is one for all."""

    present: Rehearsal | None = None


@contextmanager
def on_stage(rehearsal: Rehearsal) -> Iterator[str]:
    """Let a rehearsal answer, and prepare what is sent; yields the address of its server."""
    server = WSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(rehearsal)

    def serve() -> None:
        server.serve_forever(poll_interval=POLL)
        connection.close()

    thread = Thread(target=serve)
    Stage.present = rehearsal
    # A request within a transaction of ours must not look whether its connection is too old.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        Stage.present = None


@schemathesis.hook
def before_call(
    _context: schemathesis.HookContext, case: schemathesis.Case, _kwargs: dict[str, Any]
) -> None:
    """Prepare each case before it is sent."""
    if Stage.present is not None:
        Stage.present.prepare(case)
