"""What the catalogue says of an offering in words: price, how soon, for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timshel.interfaces.web.wording import DAY, HOUR, span
from timshel.kernel.forms.words import money_words
from timshel.relationship_agreement.service_level.queries.delivery import DeliveryPromise
from timshel.relationship_agreement.service_level.rules.phrases import CATEGORY_NAMES
from timshel.service_portfolio.catalogue.queries.browsing import Tile
from timshel.service_portfolio.catalogue.queries.entitlements import EntitlementRow
from timshel.service_portfolio.catalogue.states import AUDIENCE_NAMES, PricePeriod, Purpose

PERIODS: Mapping[str, Promise] = {
    PricePeriod.ONCE: gettext_lazy("%(price)s"),
    PricePeriod.MONTH: gettext_lazy("%(price)s a month"),
    PricePeriod.YEAR: gettext_lazy("%(price)s a year"),
}
ASK: Mapping[str, Promise] = {
    Purpose.ORDER: gettext_lazy("Ask for this"),
    Purpose.QUESTION: gettext_lazy("Ask a question"),
    Purpose.COMPLAINT: gettext_lazy("Make a complaint"),
    Purpose.COMPLIMENT: gettext_lazy("Pass on a compliment"),
    Purpose.IDEA: gettext_lazy("Share an idea"),
    Purpose.OTHER: gettext_lazy("Write to us"),
}
PURPOSE_ICONS: Mapping[str, str] = {
    Purpose.ORDER: "circle-plus",
    Purpose.QUESTION: "help-circle",
    Purpose.COMPLAINT: "mood-empty",
    Purpose.COMPLIMENT: "mood-smile",
    Purpose.IDEA: "sparkles",
    Purpose.OTHER: "message",
}


@dataclass(frozen=True, slots=True)
class ShownTile:
    """An offering as a tile is drawn.

    Args:
        tile: the offering.
        icon: of a drawing that may be known.
        price: in words.
        promised: how soon, in words, or "".
        achieved: how long it usually took, in words, or "".
    """

    tile: Tile
    icon: str
    price: str
    promised: str
    achieved: str


def shown_tile(tile: Tile, *, promise: DeliveryPromise | None, language: str) -> ShownTile:
    """Return a tile in words.

    Args:
        tile: the offering.
        promise: what the reader is promised, or None.
        language: the reader's.
    """
    return ShownTile(
        tile=tile,
        icon=tile.icon or PURPOSE_ICONS.get(tile.purpose, "circle-plus"),
        price=price_words(tile.price, tile.currency, tile.price_period, language=language)
        if tile.purpose == Purpose.ORDER
        else "",
        promised=promise.words if promise else "",
        achieved=achieved_words(tile.achieved),
    )


def shown_tiles(
    tiles: Iterable[Tile], *, promises: Mapping[int, DeliveryPromise], language: str
) -> list[ShownTile]:
    """Return tiles in words, with what is promised for each by its key."""
    return [shown_tile(each, promise=promises.get(each.id), language=language) for each in tiles]


def price_words(amount: Decimal | None, currency: str, period: str, *, language: str) -> str:
    """Return what something costs, in words."""
    if amount is None:
        return _("Free of charge")
    price = money_words(str(amount), currency, language)
    return str(PERIODS.get(period, PERIODS[PricePeriod.ONCE])) % {"price": price}


def achieved_words(length: timedelta | None) -> str:
    """Return how long something takes as a rule, rounded as people speak of it."""
    if length is None:
        return ""
    if length >= 2 * DAY:
        days = round(length / DAY)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if length >= HOUR:
        hours = round(length / HOUR)
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return span(length)


def entitled_words(row: EntitlementRow) -> str:
    """Return for whom a row is, as in "Staff, of Climate and Oceans, at Aldermoor"."""
    words = [str(AUDIENCE_NAMES[row.audience])]
    if row.category:
        words = [str(CATEGORY_NAMES[row.category])]
    for sentence, name in (
        (_("of %(name)s and everything below"), row.unit_name),
        (_("at %(name)s"), row.site_name),
        (_("with the role %(name)s"), row.role_name),
    ):
        if name:
            words.append(sentence % {"name": name})
    return ", ".join(words)
