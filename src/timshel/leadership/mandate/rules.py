"""Pure decisions about mandates: what one must say, where it reaches, and what it is enough for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.leadership.mandate.states import WITH_MONEY, HolderKind, Subject

PREFIX = "MAN"
VIEW = "mandate.view"
MANAGE = "mandate.manage"
SUBJECT = "mandate"
REGION = "mandates"
LONGEST_TITLE = 200
LONGEST_TEXT = 4_000
LONGEST_REASON = 1_000
LONGEST_CODE = 80
DIGITS, PLACES = 16, 2
LARGEST_LIMIT = Decimal(10) ** (DIGITS - PLACES) - 1
CURRENCY = re.compile(r"[A-Z]{3}", flags=re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, which has three letters as in ISO 4217."""

    amount: Decimal
    currency: str

    def words(self) -> str:
        """Return it as people write it in the language in use, as in "1,250.00 GBP"."""
        amount = number_format(self.amount, decimal_pos=PLACES, force_grouping=True)
        return f"{amount}\N{NO-BREAK SPACE}{self.currency}"


@dataclass(frozen=True, slots=True)
class MandateContent:
    """What a mandate says.

    Args:
        title: in a few words.
        subject: what may be approved.
        holder_kind: whether a person holds it or a role.
        holder: the code of the person or of the role.
        granted_by: the code of the person who grants it.
        rests_on: the document or the decision on which it rests, by number or in words.
        valid_from: its first day.
        valid_until: its last day; None for one without an end.
        own_words: what may be approved, where the subject is something else.
        limit: up to how much; None for one without a limit, and where nothing is paid.
        unit: the code of the unit, which counts with all below; empty for everywhere.
        service: the code of the service; empty for all of them.
        conditions: what else is to be kept to; Markdown.
    """

    title: str
    subject: Subject
    holder_kind: HolderKind
    holder: str
    granted_by: str
    rests_on: str
    valid_from: date
    valid_until: date | None = None
    own_words: str = ""
    limit: Money | None = None
    unit: str = ""
    service: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to have approved.

    Args:
        subject: what it is.
        on: the day on which it would be approved.
        cost: what it costs; None where nothing is paid, or where that is not known.
        unit: the code of the unit for which; empty for none in particular.
        service: the code of the service for which; empty for none in particular.
    """

    subject: Subject
    on: date
    cost: Money | None = None
    unit: str = ""
    service: str = ""


def content_faults(content: MandateContent) -> dict[str, list[Text]]:
    """Return what is wrong with a mandate by itself, by field."""
    faults = {
        "title": _needed(content.title, LONGEST_TITLE),
        "rests_on": _needed(content.rests_on, LONGEST_TITLE),
        "conditions": text_faults(content.conditions, longest=LONGEST_TEXT),
        "own_words": _own_words(content),
        "limit": _of_money(content) + money_faults(content.limit),
        "unit": _one_place(content),
        "valid_until": _days(content),
    }
    return {name: texts for name, texts in faults.items() if texts}


def money_faults(money: Money | None) -> list[Text]:
    """Return what is wrong with an amount."""
    if money is None:
        return []
    faults: list[Text] = []
    if not money.amount.is_finite() or not 0 <= money.amount <= LARGEST_LIMIT:
        faults.append(_("Please give an amount that is not below zero, and not beyond all bounds."))
    elif round(money.amount, PLACES) != money.amount:
        faults.append(_("Please give at most two decimals."))
    if not CURRENCY.fullmatch(money.currency):
        faults.append(_("Please give the currency in three capital letters, such as EUR."))
    return faults


def _needed(text: str, longest: int) -> list[Text]:
    if not text.strip():
        return [_("Please fill this in.")]
    return text_faults(text, longest=longest)


def _own_words(content: MandateContent) -> list[Text]:
    if content.subject == Subject.OTHER:
        return _needed(content.own_words, LONGEST_TITLE)
    if content.own_words.strip():
        return [_("Own words are for something else alone. Say more under the conditions.")]
    return []


def _of_money(content: MandateContent) -> list[Text]:
    if content.limit is not None and content.subject not in WITH_MONEY:
        return [_("Nothing is paid for this, so that it has no limit.")]
    return []


def _one_place(content: MandateContent) -> list[Text]:
    if content.unit and content.service:
        return [_("Please choose a unit or a service, not both.")]
    return []


def _days(content: MandateContent) -> list[Text]:
    if content.valid_until is not None and content.valid_until < content.valid_from:
        return [_("The last day lies before the first.")]
    return []


def is_enough(limit: Money | None, cost: Money | None) -> bool:
    """Tell whether a limit is enough for what something costs.

    No limit is enough for everything. Amounts in different currencies are never compared.
    """
    if limit is None or cost is None:
        return True
    return limit.currency == cost.currency and cost.amount <= limit.amount


def by_limit(limit: Money | None) -> tuple[bool, str, Decimal]:
    """Return a key by which the smallest limits come first, and those without one last."""
    if limit is None:
        return (True, "", Decimal(0))
    return (False, limit.currency, limit.amount)
