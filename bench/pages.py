"""How much a page costs beyond its SQL: each page against a bare Django view.

The bare view runs the very statements that the page ran and prints the rows they give, one line
each; it stands behind Django's handler without middleware, template or rights. Both are asked in
turn, A B A B, in one process, so that the ratio holds while the machine's speed drifts.

    python bench/pages.py --data .data/demo --agent NAME --requester NAME [--rounds 60]

It prints, for each page, the number of queries, the bytes, both medians in milliseconds and the
ratio of the medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

Statement = tuple[str, Any]


def main() -> None:
    arguments = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    from timshel.interfaces.cli.environment import ready_django

    with ExitStack() as stack:
        stack.enter_context(ready_django(Path(arguments.data)))
        _measure(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--agent", default="agent", help="account that opens the desk")
    parser.add_argument("--requester", default="requester", help="account that opens the portal")
    parser.add_argument("--rounds", type=int, default=60)
    return parser.parse_args()


def _measure(arguments: argparse.Namespace) -> None:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    agent, requester = Client(), Client()
    _sign_in(agent, arguments.agent)
    _sign_in(requester, arguments.requester)
    record = _a_record(agent)
    own = _a_case(requester)
    print(f"{'page':34} {'queries':>7} {'bytes':>8} {'page ms':>8} {'bare ms':>8} {'ratio':>6}")
    for client, path in (
        (agent, "/desk/queues/all"),
        (agent, "/desk/queues/teams"),
        (agent, record),
        (requester, "/"),
        (requester, own),
    ):
        if path:
            _page(client, path, arguments.rounds)


def _sign_in(client: Any, username: str) -> None:
    from timshel.leadership.authority.models import Account

    client.force_login(Account.objects.get(username=username))


def _a_record(client: Any) -> str:
    return _first_link(client.get("/desk/queues/all").content.decode(), "/desk/incidents/INC")


def _a_case(client: Any) -> str:
    return _first_link(client.get("/cases").content.decode(), "/cases/INC")


def _first_link(page: str, beginning: str) -> str:
    start = page.find(f'href="{beginning}')
    return page[start + 6 : page.index('"', start + 6)] if start >= 0 else ""


def _page(client: Any, path: str, rounds: int) -> None:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    bare_handler = _bare_handler(_statements(lambda: client.get(path)))
    full, bare = [], []
    for _ in range(rounds):
        full.append(_milliseconds(lambda: client.get(path)))
        bare.append(_milliseconds(bare_handler))
    ours, theirs = statistics.median(full), statistics.median(bare)
    queries = len(_statements(lambda: client.get(path)))
    print(
        f"{path:34.34} {queries:7} {len(response.content):8} {ours:8.2f} {theirs:8.2f}"
        f" {ours / theirs:6.2f}"
    )


def _milliseconds(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return (time.perf_counter() - begin) * 1000


def _statements(do: Callable[[], object]) -> list[Statement]:
    """Return the statements that ``do`` runs, with their parameters."""
    from django.db import connection

    found: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        do()
    return found


def _bare_handler(statements: list[Statement]) -> Callable[[], object]:
    """Return what asks the plainest view there is: it runs the SQL and prints the rows."""
    from django.core.handlers.base import BaseHandler
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory, override_settings
    from django.urls import path

    def view(_request: HttpRequest) -> HttpResponse:
        lines = []
        for sql, params in statements:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                if cursor.description:
                    lines += [" ".join(map(str, row)) for row in cursor.fetchall()]
        return HttpResponse("\n".join(lines))

    addresses = type("addresses", (), {"urlpatterns": [path("bare", view)]})
    handler = BaseHandler()
    with override_settings(MIDDLEWARE=[]):
        handler.load_middleware()

    def ask() -> None:
        request = RequestFactory().get("/bare")
        request.urlconf = addresses  # type: ignore[attr-defined]
        assert handler.get_response(request).status_code == 200

    return ask


if __name__ == "__main__":
    main()
