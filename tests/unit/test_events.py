"""Published facts reach their handlers at once, and a handler's error is the change's error."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from timshel.kernel.events import publish, subscribe


@dataclass(frozen=True)
class LampLit:
    room: str


@dataclass(frozen=True)
class LampLitBright(LampLit):
    pass


def test_handlers_are_called_in_order_each_once() -> None:
    seen: list[str] = []

    @dataclass(frozen=True)
    class Rung:
        times: int

    def first(event: Rung) -> None:
        seen.append(f"first {event.times}")

    def second(event: Rung) -> None:
        seen.append(f"second {event.times}")

    for _start_up in range(2):
        subscribe(Rung, first)
        subscribe(Rung, second)
    publish(Rung(3))
    assert seen == ["first 3", "second 3"]


def test_a_fact_of_another_kind_reaches_nobody() -> None:
    seen: list[LampLit] = []
    subscribe(LampLit, seen.append)
    publish(LampLitBright("hall"))
    publish("just text")
    assert seen == []
    publish(LampLit("hall"))
    assert seen == [LampLit("hall")]


def test_an_error_in_a_handler_reaches_the_publisher() -> None:
    @dataclass(frozen=True)
    class Broken:
        pass

    def fail(event: Broken) -> None:
        raise ValueError("no")

    subscribe(Broken, fail)
    with pytest.raises(ValueError, match="no"):
        publish(Broken())
