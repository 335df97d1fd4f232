"""The library's own client, over HTTP and over pipes, against a product that really runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import pytest
from mcp import Client, StdioServerParameters

from tests.cast import Cast, opened, token
from tests.interfaces.cli.product import environment, run
from timshel.interfaces.mcp.tools import TOOLS
from timshel.leadership.authority.access import PERMISSIONS
from timshel.operation.work.models import WorkItem

KEY = "5f0c2c1e-9d7a-4c50"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_it_finds_reads_and_reports(
    cast: Cast, assistant_of: Callable[..., Any], mode: str
) -> None:
    number = opened(cast.requester)
    assistant = assistant_of(cast.requester, mode=mode)

    async def story(client: Any) -> list[Any]:
        listed = await client.list_tools()
        seen = await client.call_tool("read", {"number": number})
        made = await client.call_tool("report", {"title": "It hums", "key": KEY})
        again = await client.call_tool("report", {"title": "It hums", "key": KEY})
        wrong = await client.call_tool("read", {"number": "INC9999999"})
        return [listed, seen, made, again, wrong]

    listed, seen, made, again, wrong = assistant.ask(story)
    assert {tool.name for tool in listed.tools} == set(TOOLS)
    assert seen.structured_content["title"]["of"] == number
    assert again.structured_content == {**made.structured_content, "is_repeated": True}
    assert WorkItem.objects.count() == 2
    assert wrong.is_error


def test_a_wrong_token_connects_to_nothing(cast: Cast, assistant_of: Callable[..., Any]) -> None:
    assistant = assistant_of(cast.requester)
    assistant.secret = "wrong"

    async def nothing(client: Any) -> None:
        await client.list_tools()

    with pytest.raises(BaseException, match=r"401|Unauthorized|unhandled"):
        assistant.ask(nothing)


@pytest.mark.django_db(transaction=True)
def test_it_speaks_over_pipes(cast: Cast, settings: Any, tmp_path: Path) -> None:
    number = opened(cast.requester)
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "timshel.interfaces.cli.main", "mcp", "--data", str(tmp_path)],
        env={
            **environment(),
            "DATABASE_URL": address_of(settings.DATABASES["default"]),
            "TIMSHEL_TOKEN": token(cast.requester, PERMISSIONS),
        },
    )

    async def story() -> Any:
        async with Client(parameters) as client:
            return await client.call_tool("read", {"number": number})

    assert anyio.run(story).structured_content["number"] == number


def test_without_a_token_it_says_what_to_do(tmp_path: Path) -> None:
    done = run("mcp", "--data", str(tmp_path))
    assert done.returncode != 0
    assert "TIMSHEL_TOKEN" in done.stderr


def address_of(database: dict[str, Any]) -> str:
    """Return the address of the database of these tests."""
    host = quote(str(database["HOST"]), safe="")
    return f"postgresql://{database['USER']}@/{database['NAME']}?host={host}"
