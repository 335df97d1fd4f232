"""Moments, spans, sizes, languages and rich text as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache, lru_cache

import nh3
from django.utils import dates, timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, ngettext, override
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEPT_MOMENTS = 20_000

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}


def short_moment(moment: datetime) -> str:
    """Return a moment in the reader's zone, as in "21 Nov. 2026 14:05"."""
    return _short(moment, timezone.get_current_timezone(), get_language() or "en")


def exact_moment(moment: datetime) -> str:
    """Return a moment in the reader's zone with its weekday and the name of the zone."""
    return _exact(moment, timezone.get_current_timezone(), get_language() or "en")


# The same deadlines are drawn for every agent, and again whenever a queue moves.
@lru_cache(maxsize=KEPT_MOMENTS)
def _short(moment: datetime, zone: tzinfo, language: str) -> str:
    local, names = moment.astimezone(zone), _names(language)
    return f"{local.day} {names.short_months[local.month]} {local.year} {local:%H:%M}"


@lru_cache(maxsize=KEPT_MOMENTS)
def _exact(moment: datetime, zone: tzinfo, language: str) -> str:
    local, names = moment.astimezone(zone), _names(language)
    day = f"{names.weekdays[local.weekday()]} {local.day} {names.months[local.month]}"
    return f"{day} {local.year} {local:%H:%M} {local.tzname()}"


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of days and months in one language; a list shows hundreds of moments."""

    weekdays: Mapping[int, str]
    months: Mapping[int, str]
    short_months: Mapping[int, str]


@cache
def _names(language: str) -> _Names:
    with override(language):
        return _Names(
            *(
                {number: str(name) for number, name in names.items()}
                for names in (dates.WEEKDAYS, dates.MONTHS, dates.MONTHS_AP)
            )
        )


def span(length: timedelta) -> str:
    """Return the size of a span in its largest whole unit, as in "3 h"; its sign is ignored."""
    length = abs(length)
    if length < MINUTE:
        return _("less than a minute")
    if length < HOUR:
        minutes = length // MINUTE
        return ngettext("%(count)d min", "%(count)d min", minutes) % {"count": minutes}
    if length < 2 * DAY:
        hours, rest = length // HOUR, length % HOUR // MINUTE
        if hours < 10 and rest:
            return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
        return ngettext("%(count)d h", "%(count)d h", hours) % {"count": hours}
    days = length // DAY
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def relative_moment(moment: datetime, now: datetime) -> str:
    """Return how far a moment is from now, as in "in 3 h" or "2 days ago"."""
    if abs(moment - now) < MINUTE:
        return _("now")
    text = span(moment - now)
    return (_("in %(span)s") if moment > now else _("%(span)s ago")) % {"span": text}


def file_size(size: int) -> str:
    """Return a number of bytes as people write it."""
    value, units = float(size), (_("B"), _("KB"), _("MB"), _("GB"))
    unit = 0
    while value >= 1024 and unit < len(units) - 1:
        value, unit = value / 1024, unit + 1
    digits = 0 if value >= 100 or value == int(value) else 1
    return f"{number_format(round(value, digits), decimal_pos=digits)} {units[unit]}"


def language_name(code: str) -> str:
    """Return the name of a language in that language: who looks for it may read no other."""
    return str(get_language_info(code)["name_local"]).capitalize()


@cache
def _parser(*, breaks: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": breaks, "linkify": False})
    return parser.enable(["table", "strikethrough"]).disable(["image"])


def rich_text(text: str, *, is_article: bool = False) -> SafeString:
    """Return Markdown as HTML that holds only harmless elements.

    HTML within the text is shown as the characters it was typed with; pictures are left out,
    since their addresses would tell others who reads; headings start below those of the page.

    Args:
        text: Markdown.
        is_article: whether lines were broken for whoever writes, as in a file, and flow when read;
            what people type in a conversation keeps its lines.
    """
    html = _parser(breaks=not is_article).render(text)
    for level in (2, 1):
        html = html.replace(f"<h{level}>", f"<h{level + 2}>").replace(
            f"</h{level}>", f"</h{level + 2}>"
        )
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned on the line above
