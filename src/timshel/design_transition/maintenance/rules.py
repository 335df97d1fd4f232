"""What planned work must be like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

PLAN = "maintenance.plan"
LONGEST_TITLE = 200
LONGEST_MESSAGE = 5_000
MOST_SERVICES = 200
LONGEST = timedelta(days=92)
TEXT_LIMITS: Mapping[str, int] = {"title": LONGEST_TITLE, "message": LONGEST_MESSAGE}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned.

    Args:
        title: what is done, in a few plain words for everybody.
        services: the codes of the services it is about; at least one.
        starts_at: the first moment.
        ends_at: the first moment after it.
        message: what people will notice, and what to do meanwhile; Markdown.
        sites: the codes of the sites where it is noticed; none for everywhere.
        translations: title and message in other languages.
    """

    title: str
    services: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    message: str = ""
    sites: tuple[str, ...] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def plan_faults(plan: Plan) -> dict[str, list[Text]]:
    """Return what is wrong with a plan by itself, by field; a translation's ends with its code."""
    found: dict[str, list[Text]] = {
        name: text_faults(getattr(plan, name), longest=most) for name, most in TEXT_LIMITS.items()
    }
    if not plan.title.strip():
        found["title"] = [_("Please say in a few words what is done.")]
    for language, texts in plan.translations.items():
        for name, most in TEXT_LIMITS.items():
            found[f"{name}_{language}"] = text_faults(texts.get(name, ""), longest=most)
    found["services"] = _service_faults(plan.services)
    found["ends_at"] = _time_faults(plan.starts_at, plan.ends_at)
    return {name: faults for name, faults in found.items() if faults}


def _service_faults(codes: tuple[str, ...]) -> list[Text]:
    if not codes:
        return [_("Please choose at least one service.")]
    if len(codes) > MOST_SERVICES:
        return [_("At most %(count)d services are possible.") % {"count": MOST_SERVICES}]
    return []


def _time_faults(starts_at: datetime, ends_at: datetime) -> list[Text]:
    if ends_at <= starts_at:
        return [_("It must end after it starts.")]
    if ends_at - starts_at > LONGEST:
        return [_("It can last %(count)d days at most.") % {"count": LONGEST.days}]
    return []
