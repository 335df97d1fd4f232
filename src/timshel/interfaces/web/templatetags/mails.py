"""The mail behind an entry, drawn below its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("mails/entry.html")
def entry_mail(mails: Mapping[int | None, Any] | str, key: int | None = None) -> dict[str, Any]:
    """Draw what was folded away of the mail behind an entry, if one is behind it.

    Args:
        mails: by the keys of entries, None for the report; an empty text where there are none.
        key: of the entry.
    """
    return {"behind": mails.get(key) if isinstance(mails, Mapping) else None}
