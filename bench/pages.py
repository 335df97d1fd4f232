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
    return page[start + 6 : page.index('"', start + 6)].partition("?")[0] if start >= 0 else ""


def _page(client: Any, path: str, rounds: int) -> None:
    page = _asking(path, cookies=client.cookies.output(header="", sep=";"))
    statements = _statements(page)
    bare_page = _bare(statements)
    full, bare = [], []
    for _ in range(rounds):
        full.append(_milliseconds(page))
        bare.append(_milliseconds(bare_page))
    ours, theirs = statistics.median(full), statistics.median(bare)
    print(
        f"{path:34.34} {len(statements):7} {len(page().content):8} {ours:8.2f} {theirs:8.2f}"
        f" {ours / theirs:6.2f}"
    )


def _asking(path: str, *, cookies: str = "", urlconf: Any = None, bare: bool = False) -> Any:
    """Return what asks for a page through Django's handler and returns the answer."""
    from django.core.handlers.base import BaseHandler
    from django.test import RequestFactory, override_settings

    handler = BaseHandler()
    with override_settings(**({"MIDDLEWARE": []} if bare else {})):
        handler.load_middleware()

    def ask() -> Any:
        request = RequestFactory().get(path, headers={"cookie": cookies})
        if urlconf is not None:
            request.urlconf = urlconf  # type: ignore[attr-defined]
        response = handler.get_response(request)
        assert response.status_code == 200, (path, response.status_code)
        return response

    return ask


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


def _bare(statements: list[Statement]) -> Callable[[], object]:
    """Return what asks the plainest view there is: it runs the SQL and prints the rows."""
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
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
    return _asking("/bare", urlconf=addresses, bare=True)  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
