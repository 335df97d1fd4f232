"""The words in which people hear that much work was given to them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import ngettext

from timshel.kernel.letters import Draft

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Given:
    """One piece of work that somebody was given."""

    number: str
    title: str


def given(rows: Sequence[Given], *, by: str, count: int, link: str, language: str) -> Draft:
    """Tell somebody what was given to them, all of it in one mail.

    Args:
        rows: the first of it, as far as the reader sees it.
        by: who gave it.
        count: how many pieces in all.
        link: where they stand.
        language: of the reader.
    """
    with translation.override(language):
        subject = ngettext(
            "%(by)s gave %(count)d piece of work to you",
            "%(by)s gave %(count)d pieces of work to you",
            count,
        ) % {"by": by, "count": count}
        lines = [f"{row.number}  {row.title}" for row in rows[:SHOWN]]
        more = count - len(lines)
        if more > 0:
            lines.append(
                ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
            )
    values = {
        "by": by,
        "count": str(count),
        "what": subject,
        "lines": "\n".join(lines),
        "link": link,
    }
    return Draft("run.given", language, values)
