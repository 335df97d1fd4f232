"""Whatever is sent, the answer is never a fault of ours, and always in the right form."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.api.fuzzing import FUZZ, NUMBER, TEXT, VALUE, check
from tests.interfaces.api.world import World

FIELDS = (
    "title",
    "description",
    "service",
    "offering",
    "impact",
    "urgency",
    "service_state",
    "requester_id",
    "channel",
    "symptom",
    "version",
    "parent",
    "priority",
    "priority_reason",
    "reason",
    "note",
    "code",
    "text",
    "team",
    "assignee_id",
    "wait_for_requester",
)
BODY = st.dictionaries(st.sampled_from(FIELDS) | TEXT, VALUE, max_size=6) | VALUE
FILTERS = (
    "view",
    "open",
    "stage",
    "priority",
    "team",
    "service",
    "assignee_id",
    "requester_id",
    "text",
    "breached",
    "sort",
    "cursor",
    "size",
    "total",
)
VERBS = (
    *("take", "assign", "escalate", "start", "wait", "resume", "resolve", "reopen", "close"),
    *("cancel", "withdraw", "confirm", "replies", "notes"),
)


def header_safe(text: str) -> str:
    """Return what a web server lets through in a header."""
    return "".join(each for each in text if " " <= each <= "ÿ" and each != "\x7f")[:300]


@pytest.fixture
def number(world: World) -> str:
    return world.report()


@FUZZ
@given(body=BODY, key=TEXT | st.none())
def test_reports(world: World, body: Any, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency_Key": header_safe(key)}
    check(world.noor.ask("POST", "/incidents", body, **headers))


@FUZZ
@given(raw=st.binary(max_size=200))
def test_bytes(world: World, raw: bytes) -> None:
    check(world.noor.ask("POST", "/incidents", raw=raw))


@FUZZ
@given(body=BODY, if_match=TEXT | st.just('"1"') | st.none())
def test_changes(world: World, number: str, body: Any, if_match: str | None) -> None:
    headers = {} if if_match is None else {"If_Match": header_safe(if_match)}
    check(world.noor.ask("PATCH", f"/incidents/{number}", body, **headers))


@FUZZ
@given(verb=st.sampled_from(VERBS), body=BODY)
def test_verbs(world: World, number: str, verb: str, body: Any) -> None:
    check(world.noor.ask("POST", f"/incidents/{number}/{verb}", body))


@FUZZ
@given(query=st.dictionaries(st.sampled_from(FILTERS), TEXT | NUMBER.map(str), max_size=4))
def test_lists(world: World, number: str, query: dict[str, str]) -> None:
    address = urlencode(query, errors="surrogatepass")
    check(world.noor.ask("GET", f"/incidents?{address}"))


@FUZZ
@given(
    word=st.sampled_from(["incidents", "people", "teams", "services", "attachments", "x"]),
    key=TEXT | NUMBER.map(str),
)
def test_addresses(world: World, word: str, key: str) -> None:
    answer = world.noor.ask("GET", f"/{word}/{quote(key, safe='', errors='surrogatepass')}")
    check(answer)


@FUZZ
@given(query=st.dictionaries(st.sampled_from(["text", "limit"]), TEXT | NUMBER.map(str)))
def test_searches(world: World, query: dict[str, str]) -> None:
    address = urlencode(query, errors="surrogatepass")
    for word in ("people", "services"):
        check(world.noor.ask("GET", f"/{word}?{address}"))
