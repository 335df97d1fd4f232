"""What is wrong with a field, in a sentence, for each of the ways in which one can be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By the type names of pydantic; the placeholders are the names in its context.
SENTENCES: Mapping[str, Promise] = {
    "missing": _("This is needed."),
    "extra_forbidden": _("There is no such field."),
    "string_type": _("This must be text."),
    "string_unicode": _("This holds characters that cannot be stored."),
    "string_too_short": _("This must have at least %(min_length)s characters."),
    "string_too_long": _("This must have at most %(max_length)s characters."),
    "int_type": _("This must be a whole number."),
    "int_parsing": _("This must be a whole number."),
    "int_parsing_size": _("This number is too large."),
    "int_from_float": _("This must be a whole number."),
    "float_type": _("This must be a number."),
    "float_parsing": _("This must be a number."),
    "decimal_type": _("This must be a number."),
    "decimal_parsing": _("This must be a number."),
    "date_type": _("This must be a day such as 2026-03-02."),
    "date_parsing": _("This must be a day such as 2026-03-02."),
    "date_from_datetime_parsing": _("This must be a day such as 2026-03-02."),
    "date_from_datetime_inexact": _("This must be a day such as 2026-03-02."),
    "datetime_type": _("This must be a moment such as 2026-03-02T09:15:00Z."),
    "datetime_parsing": _("This must be a moment such as 2026-03-02T09:15:00Z."),
    "datetime_from_date_parsing": _("This must be a moment such as 2026-03-02T09:15:00Z."),
    "timezone_aware": _("This must be a moment with its time zone."),
    "time_type": _("This must be a time of day such as 09:15."),
    "time_parsing": _("This must be a time of day such as 09:15."),
    "bool_parsing": _("This must be true or false."),
    "bool_type": _("This must be true or false."),
    "greater_than_equal": _("This must be at least %(ge)s."),
    "less_than_equal": _("This must be at most %(le)s."),
    "enum": _("This must be one of %(expected)s."),
    "literal_error": _("This must be one of %(expected)s."),
    "list_type": _("This must be a list."),
    "too_long": _("This must have at most %(max_length)s entries."),
    "model_type": _("This must be an object."),
    "model_attributes_type": _("This must be an object."),
    "dict_type": _("This must be an object."),
}


def sentence(error: Mapping[str, Any]) -> str:
    """Return what is wrong, from one entry of pydantic's list of errors."""
    known = SENTENCES.get(str(error["type"]))
    if known is not None:
        sentence_with_values: str = str(known) % error.get("ctx", {})
        return sentence_with_values
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return str(error["msg"])
