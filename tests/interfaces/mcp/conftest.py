"""An assistant: the library's own client, against a server that is really there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.cast import token
from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import PERMISSIONS


class Assistant:
    """Acts for the bearer of a token."""

    def __init__(self, url: str, secret: str, mode: Any = "auto") -> None:
        self.url = url
        self.secret = secret
        self.mode = mode

    def ask(self, do: Any) -> Any:
        """Connect, do something with the client, and part."""

        async def session() -> Any:
            headers = {"Authorization": f"Bearer {self.secret}"}
            async with (
                httpx2.AsyncClient(headers=headers) as http,
                Client(
                    streamable_http_client(self.url, http_client=http), mode=self.mode
                ) as client,
            ):
                return await do(client)

        return anyio.run(session)


@pytest.fixture
def assistant_of(live_server: Any) -> Callable[..., Assistant]:
    """Return what makes an assistant for somebody of the cast."""

    def make(who: Actor, mode: Any = "auto") -> Assistant:
        return Assistant(f"{live_server.url}/mcp", token(who, PERMISSIONS), mode)

    return make
