"""Through whose hands an incident went, and who used up its promise."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.desk.chain_picture import link_name, picture
from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.stretches import waiting_name, working_span
from timshel.relationship_agreement.service_level.queries.chain import ChainView, LinkView
from timshel.relationship_agreement.service_level.rules.chain import Amounts
from timshel.relationship_agreement.service_level.states import STATE_NAMES, ClockState
from timshel.resolution_fulfilment.incident.queries import incident_chain


@dataclass(frozen=True, slots=True)
class AmountWords:
    """What a length of time was for the promise, in words."""

    wall: str
    working: str
    counted: str
    paused: str
    outside: str
    unpromised: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link as the table lists it.

    Args:
        link: as it was read.
        name: for people.
        amounts: in words.
        pauses: reason and length of each kind of waiting that stopped the clock.
        share: in percent of what was used.
        hop: what its own agreement says, or nothing.
        tone: of that: "late", "kept" or nothing.
        is_breaking: whether the promise broke while it had the work.
    """

    link: LinkView
    name: str
    amounts: AmountWords
    pauses: list[str]
    share: int
    hop: str
    tone: str
    is_breaking: bool


@require_safe
def chain(request: TimshelRequest, number: str) -> HttpResponse:
    """Show the chain as a picture with its tables."""
    found = incident_chain(number, actor=request.actor, at=request.at)
    way = found.chain
    context = {
        "number": found.number,
        "title": found.title,
        "chain": way,
        "picture": picture(way),
        "sentences": sentences(way),
        "links": [link_line(each, way) for each in way.links],
        "reasons": [
            (reason_name(reason), amount_words(amounts)) for reason, amounts in way.by_reason
        ],
        "total": amount_words(way.total),
        "has_unpromised": bool(way.total.unpromised),
    }
    return render(request, "desk/chain.html", context)


def sentences(way: ChainView) -> list[str]:
    """Return who used up the promise, in sentences."""
    found = []
    if way.promise is None:
        return [_("Nothing was promised, so nothing was used up.")]
    if way.broken_in is not None:
        found.append(
            _("The promise broke while %(name)s had it.") % {"name": link_name(way.broken_in)}
        )
    if way.used_most is not None:
        pattern = _(
            "Most of the time that counted was used by %(name)s: %(used)s, %(percent)d %% of it."
        )
        found.append(
            pattern
            % {
                "name": link_name(way.used_most),
                "used": working_span(way.used_most.used),
                "percent": round(100 * way.used_most.share),
            }
        )
    return found or [_("No time has counted so far.")]


def amount_words(amounts: Amounts) -> AmountWords:
    """Return amounts in words."""
    return AmountWords(
        wall=working_span(amounts.wall),
        working=working_span(amounts.working),
        counted=working_span(amounts.counted),
        paused=working_span(amounts.paused),
        outside=working_span(amounts.outside),
        unpromised=working_span(amounts.unpromised),
    )


def reason_name(reason: str | None) -> str:
    """Return what was waited for, or that nothing was."""
    return _("Not waiting") if reason is None else waiting_name(reason)


def link_line(link: LinkView, way: ChainView) -> LinkLine:
    """Return a link in words."""
    hop, tone = "", ""
    if link.hop is not None:
        hop = _("%(agreement)s: %(used)s of %(target)s, %(state)s") % {
            "agreement": link.agreement_name,
            "used": working_span(link.hop.elapsed),
            "target": working_span(link.hop.target),
            "state": STATE_NAMES[link.hop.state],
        }
        tone = "late" if link.hop.breached else ""
        tone = "kept" if link.hop.state is ClockState.MET else tone
    return LinkLine(
        link=link,
        name=link_name(link),
        amounts=amount_words(link.amounts),
        pauses=[
            _("%(reason)s: %(span)s") % {"reason": waiting_name(key), "span": working_span(span)}
            for key, span in link.pauses.items()
        ],
        share=round(100 * link.share),
        hop=hop,
        tone=tone,
        is_breaking=way.broken_in is not None and way.broken_in.number == link.number,
    )
