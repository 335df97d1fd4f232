"""The controls of tables of forms, whose labels stand in the head of the table."""

from __future__ import annotations

from django import template
from django.forms import CheckboxInput, NumberInput, Select
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def row_control(bound: BoundField, number: int) -> SafeString:
    """Draw the control of a cell, named by its column and row for those who do not see the table.

    Args:
        bound: the field.
        number: of the row, from 1.
    """
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        style = "form-check-input"
    else:
        style = "form-select" if isinstance(widget, Select) else "form-control"
    if isinstance(widget, NumberInput):
        style += " row-narrow"
    attributes: dict[str, str | bool] = {
        "class": f"{style} is-invalid" if bound.errors else style,
        "aria-label": _("%(label)s, row %(number)d") % {"label": bound.label, "number": number},
    }
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)
