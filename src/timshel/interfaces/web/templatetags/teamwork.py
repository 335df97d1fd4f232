"""Tags for the panels of what people do around a piece of work together."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from timshel.interfaces.web.addresses import record_address

register = template.Library()


@register.simple_tag
def span_of(minutes: int) -> str:
    """Write minutes as hours and minutes."""
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    return _("%(count)d h") % {"count": hours} if hours else _("%(count)d min") % {"count": rest}


@register.simple_tag
def record_url(kind: str, number: str) -> str:
    """Return where helpers see a piece of work."""
    return record_address(kind, number)
