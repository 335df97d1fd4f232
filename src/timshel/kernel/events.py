"""Published facts: the only way news travels from an earlier clause to a later one.

A fact is a frozen dataclass in the past tense. Handlers run at once, inside the transaction of
the change, and only defer jobs; ``timshel.reactions`` is the single place that subscribes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Event = TypeVar("Event")
Handler = Callable[[Any], None]

_handlers: dict[type[Any], list[Handler]] = defaultdict(list)


_summed_up: set[tuple[type[Any], Handler]] = set()
_gathered: ContextVar[list[object] | None] = ContextVar("gathered", default=None)
_unheard: ContextVar[bool] = ContextVar("unheard", default=False)


def subscribe(
    event_type: type[Event], handler: Callable[[Event], None], *, is_summed_up: bool = False
) -> None:
    """Have ``handler`` called with each published event of exactly ``event_type``.

    Subscribing the same handler twice changes nothing, so that start-up may run again.

    Args:
        event_type: of the facts.
        handler: called with each.
        is_summed_up: of many such facts at once people are told together: the handler is not
            called for those that whoever does many things gathers, and sums up later.
    """
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)
    if is_summed_up:
        _summed_up.add((event_type, handler))


def publish(event: object) -> None:
    """Hand a fact to its handlers, in the order in which they subscribed.

    An error in a handler is an error of the change: the transaction rolls back with it.
    """
    if _unheard.get():
        return
    gathered = _gathered.get()
    for handler in _handlers[type(event)]:
        if gathered is not None and (type(event), handler) in _summed_up:
            if event not in gathered:
                gathered.append(event)
        else:
            handler(event)


@contextmanager
def unheard() -> Iterator[None]:
    """Hand no fact to anybody: ``with unheard()`` around a past of which nobody is told."""
    token = _unheard.set(True)
    try:
        yield
    finally:
        _unheard.reset(token)


@contextmanager
def summing_up() -> Iterator[list[object]]:
    """Gather the facts of which people are told together: ``with summing_up() as facts``.

    Yields:
        The facts, as they are published within.
    """
    gathered: list[object] = []
    token = _gathered.set(gathered)
    try:
        yield gathered
    finally:
        _gathered.reset(token)
