"""Tags and filters for all pages: icons, moments, badges, form fields, pages of lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.forms import BaseForm, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from timshel.interfaces.web import badges, icons, wording
from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.live import watch
from timshel.kernel import text
from timshel.kernel.paging import Page

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """Draw an icon: ``{% icon "clock" %}``; with ``label`` where no words stand beside it."""
    return icons.icon(name, extra, str(label))


@register.filter
def markdown(text: str | None) -> SafeString:
    """Write Markdown as harmless HTML."""
    return wording.rich_text(text or "")


@register.filter
def article(text: str | None) -> SafeString:
    """Write Markdown of a page, whose lines flow, as harmless HTML."""
    return wording.rich_text(text or "", is_article=True)


@register.filter
def colon(label: object) -> SafeString:
    """Write a label with a colon after it, as the reader's language sets one."""
    return format_html(text.colon("{}"), label)


@register.filter
def file_size(size: int | None) -> str:
    """Write a number of bytes."""
    return wording.file_size(size or 0)


@register.simple_tag(takes_context=True)
def moment(context: Context, when: datetime | None, style: str = "relative") -> SafeString | str:
    """Write a moment as ``relative`` ("in 3 h") or ``exact``, with the other one on hover."""
    if when is None:
        return ""
    return badges.moment(when, _now(context), is_exact=style != "relative")


@register.simple_tag
def stage_badge(stage: str) -> SafeString:
    """Draw the stage of a piece of work: colour, icon and word."""
    return badges.stage(str(stage))


@register.simple_tag
def work_kind(kind: str) -> SafeString:
    """Draw the kind of a piece of work: an icon with its word for screen readers and on hover."""
    return badges.work_kind(kind)


@register.simple_tag
def priority_badge(priority: int | str | None) -> SafeString | str:
    """Draw a priority: colour, number and word."""
    return "" if priority is None else badges.priority(int(priority))


@register.simple_tag(takes_context=True)
def clock_badge(context: Context, clock: Any) -> SafeString | str:
    """Draw a service level clock: how long until due, or that it is late, met or paused."""
    return badges.clock(clock, _now(context)) if clock else ""


@register.simple_tag(takes_context=True)
def due_badge(context: Context, due_at: datetime | None) -> SafeString | str:
    """Draw a next deadline of which only the moment is known, as in queues."""
    return badges.due(due_at, _now(context))


@register.filter
def known_icon(name: str | None, fallback: str) -> str:
    """Return an icon named by data, or the fallback where it is not built in."""
    return name if name and icons.is_known(name) else fallback


@register.simple_tag
def person_chip(name: str | None, detail: str = "", kind: str = "person") -> SafeString | str:
    """Draw a person or, with ``kind="team"``, a team; a rule or a robot with ``kind="robot"``."""
    return badges.chip(name, str(detail), kind) if name else ""


@register.simple_tag(takes_context=True)
def live_watch(context: Context, regions: Sequence[str]) -> SafeString | str:
    """Write the attribute that keeps a page fresh, for the layout's ``live`` block.

    The view puts ``live_token`` into the context: ``kernel.live.token()`` before its queries.
    """
    token = context.get("live_token")
    if not token or not regions:
        return ""
    return format_html(' data-live-watch="{}"', watch(list(regions), token))


@register.simple_tag(takes_context=True)
def page_address(context: Context, **changes: object) -> str:
    """Return the present address with some parameters changed, or removed where None."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode() if query else "?"


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], parameter: str = "cursor") -> dict[str, str | None]:
    """Draw the way to the next and the previous page of a list, keeping its filters."""

    def address(cursor: str | None) -> str | None:
        return page_address(context, **{parameter: cursor}) if cursor else None

    return {"next": address(page.next_cursor), "previous": address(page.previous_cursor)}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, icon_name: str = "", optional: str = "yes") -> dict[str, Any]:
    """Draw a form field: label, control, help and errors, tied together for screen readers.

    Args:
        bound: as in ``form.title``.
        icon_name: an icon before the label.
        optional: "no" leaves out the word "optional" beside the label.
    """
    widget = bound.field.widget
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    if bound.errors:
        described.insert(0, f"{bound.auto_id}_error")
    attributes: dict[str, Any] = {"class": _control_class(widget, has_errors=bool(bound.errors))}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    is_group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {
        "field": bound,
        "control": None if is_group else bound.as_widget(attrs=attributes),
        "is_group": is_group,
        "is_check": isinstance(widget, CheckboxInput),
        "described_by": " ".join(described),
        "icon_name": icon_name,
        "is_optional": not bound.field.required and optional == "yes",
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """Draw the list of what must be mended, each a link to its field, above a form."""
    entries = [
        (bound.auto_id if not bound.is_hidden else "", bound.label, error)
        for bound in (form[name] for name in form.fields)
        for error in bound.errors
    ]
    return {"entries": entries, "general": form.non_field_errors()}


def _control_class(widget: Any, *, has_errors: bool) -> str:
    if isinstance(widget, CheckboxInput):
        base = "form-check-input"
    else:
        base = "form-select" if isinstance(widget, Select) else "form-control"
    own = str(widget.attrs.get("class", ""))
    return " ".join(filter(None, (base, own, "is-invalid" if has_errors else "")))


def _now(context: Context) -> datetime:
    """Return the moment of the request; of rendering where a template has no request."""
    request = context.get("request")
    return getattr(request, "at", None) or timezone.now()


@register.simple_tag
def theme_name(theme: str) -> str:
    """Return the name of a theme."""
    return {"light": _("Light"), "dark": _("Dark")}.get(theme, _("As the device"))


@register.simple_tag
def language_name(code: str) -> str:
    """Return the name of a language in that language."""
    return wording.language_name(code)


@register.simple_tag
def person_initials(name: str) -> str:
    """Return the letters that stand for a person in the top bar."""
    return badges.initials(name)


@register.simple_tag(name="record_address")
def record_address_tag(kind: str, number: str) -> str:
    """Return where helpers see a piece of work."""
    return record_address(kind, number)
