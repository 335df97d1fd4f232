"""What stands in a form before anybody types."""

from __future__ import annotations

from datetime import date
from typing import Any

from timshel.kernel.forms.limits import day_limit
from timshel.kernel.forms.shapes import Field, Form
from timshel.kernel.forms.visibility import Requester


def defaults(form: Form, requester: Requester, today: date) -> dict[str, Any]:
    """Return what is in a form to begin with, as raw answers.

    Args:
        form: any form.
        requester: whom it is filled in for.
        today: the day that ``today`` and ``today+3`` mean.
    """
    found = {each.key: _default(each, requester, today) for each in form.fields()}
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _default(asked: Field, requester: Requester, today: date) -> Any:
    if not asked.default_from:
        return asked.default
    if asked.default_from.startswith("requester."):
        return requester.get(asked.default_from.removeprefix("requester."))
    day = day_limit(asked.default_from, today)
    return day.isoformat() if day else None
