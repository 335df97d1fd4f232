"""Streamable HTTP without sessions: each request is answered by itself, with JSON.

The library's server speaks ASGI; pages and the API run under WSGI. For each request a server of
its own runs until it has answered, while its tools work in the thread of the request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from timshel.interfaces.mcp.caller import Caller, caller_of, taken_of, taken_of_stranger
from timshel.kernel.origin import origin
from timshel.kernel.quota.actions import Taken

LARGEST = 1024 * 1024
SECONDS = 60.0
BEARER = "bearer "


@csrf_exempt
def endpoint(request: HttpRequest) -> HttpResponse:
    """Answer one message of an assistant that acts for the bearer of a token."""
    at = datetime.now(UTC)
    if request.method != "POST":
        # There is no stream to listen to and no session to end.
        return HttpResponse(status=405, headers={"Allow": "POST"})
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse("This is larger than 1 MiB.", status=413, content_type="text/plain")
    caller, taken = _caller(request, at=at)
    if taken is not None and not taken.is_granted:
        return _too_many(taken)
    if caller is None:
        return HttpResponse(
            "Send an API token of yours as a bearer token.",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": 'Bearer realm="Timshel"'},
        )
    return async_to_sync(_exchange)(request, caller)


def _caller(request: HttpRequest, *, at: datetime) -> tuple[Caller | None, Taken | None]:
    """Return who asks, and what is left of their quota."""
    seen = origin(
        request.META.get("REMOTE_ADDR", ""),
        forwarded=request.headers.get("X-Forwarded-For", ""),
        trusted=settings.TRUSTED_PROXIES,
    )
    given = request.headers.get("Authorization", "")
    secret = given[len(BEARER) :].strip() if given.lower().startswith(BEARER) else ""
    caller = caller_of(secret, origin=seen, at=at) if secret else None
    if caller is None:
        return None, taken_of_stranger(seen, at=at)
    return caller, taken_of(caller, at=at)


def _too_many(taken: Taken) -> HttpResponse:
    return HttpResponse(
        "That were too many requests in a minute.",
        status=429,
        content_type="text/plain",
        headers={"Retry-After": str(max(1, taken.reset_seconds))},
    )


@dataclass(slots=True)
class _Answer:
    """What the library's server sends, gathered."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def response(self) -> HttpResponse:
        answer = HttpResponse(bytes(self.body), status=self.status)
        del answer.headers["Content-Type"]
        for name, value in self.headers:
            if name.lower() != b"content-length":
                answer.headers[name.decode("latin-1")] = value.decode("latin-1")
        return answer


async def _exchange(request: HttpRequest, caller: Caller) -> HttpResponse:
    # The library is a fifth of what a web process has to import; most never meet an assistant.
    import anyio
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from timshel.interfaces.mcp.server import server

    body, is_read = request.body, False

    async def receive() -> dict[str, Any]:
        nonlocal is_read
        if is_read:
            await anyio.sleep_forever()  # the client stays until it has its answer
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    answer = _Answer()
    manager = StreamableHTTPSessionManager(
        server(lambda: caller),
        json_response=True,
        stateless=True,
        max_request_body_size=LARGEST,
    )
    with anyio.fail_after(SECONDS):
        async with manager.run():
            await manager.handle_request(_scope(request), receive, answer.send)
    return answer.response()


def _scope(request: HttpRequest) -> dict[str, Any]:
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in request.headers.items()
        if name.lower() != "authorization"  # who asks is known by now
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": None,
        "server": None,
    }
