"""Lists to choose from in the forms that narrow a page, drawn by the page itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from timshel.service_portfolio.service.queries import AreaRow

Choices = Sequence[tuple[Any, Any]]
PlainChoices = tuple[tuple[str, Any], ...]
KEPT_LISTS = 500

Select = tuple[str, Any, SafeString]


def service_choices(areas: Iterable[AreaRow]) -> Choices:
    """Return the services grouped by area."""
    return [
        (area.name, [(service.code, service.name) for service in area.services]) for area in areas
    ]


def select_options(choices: Choices, chosen: str) -> SafeString:
    """Return the options of a list as HTML, in the reader's language.

    Args:
        choices: values with their names; a group is its name with its own choices.
        chosen: the value that is chosen.
    """
    return _options(_plain(choices), chosen)


def _plain(choices: Choices) -> PlainChoices:
    """Return choices as texts in the reader's language; a group as its name and its entries."""
    return tuple(
        (str(first), _plain(second) if isinstance(second, list) else str(second))
        for first, second in choices
    )


# The same hundred services are offered on every page that is narrowed.
@lru_cache(maxsize=KEPT_LISTS)
def _options(choices: PlainChoices, chosen: str) -> SafeString:
    """Return the options of a list as HTML."""
    return format_html_join("", "{}", ((_option(*each, chosen=chosen),) for each in choices))


def _option(first: str, second: str | PlainChoices, *, chosen: str) -> SafeString:
    """Return an option, or a group of options, which Django writes as name and entries."""
    if isinstance(second, tuple):
        return format_html('<optgroup label="{}">{}</optgroup>', first, _options(second, chosen))
    mark = mark_safe(" selected") if first == chosen else ""
    return format_html('<option value="{}"{}>{}</option>', first, mark, second)
