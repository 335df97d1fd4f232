"""Published facts: the only way news travels from an earlier clause to a later one.

A fact is a frozen dataclass in the past tense. Handlers run at once, inside the transaction of
the change, and only defer jobs; ``timshel.reactions`` is the single place that subscribes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
Handler = Callable[[Any], None]

_handlers: dict[type[Any], list[Handler]] = defaultdict(list)


def subscribe(event_type: type[Event], handler: Callable[[Event], None]) -> None:
    """Have ``handler`` called with each published event of exactly ``event_type``.

    Subscribing the same handler twice changes nothing, so that start-up may run again.
    """
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)


def publish(event: object) -> None:
    """Hand a fact to its handlers, in the order in which they subscribed.

    An error in a handler is an error of the change: the transaction rolls back with it.
    """
    for handler in _handlers[type(event)]:
        handler(event)
