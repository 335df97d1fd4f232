"""Writing down risks and opportunities, and changing what is said of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.planning.risk import access, subjects
from timshel.planning.risk.actions.writing import fresh, keep, told
from timshel.planning.risk.events import RiskIdentified
from timshel.planning.risk.models import Risk, RiskArea, RiskLink
from timshel.planning.risk.rules import Link, RiskContent, content_faults, plain_content
from timshel.planning.risk.states import OPEN, options


@transaction.atomic
def identify_risk(content: RiskContent, *, actor: Actor, at: datetime) -> str:
    """Write down a risk or an opportunity.

    Args:
        content: what is said of it.
        actor: who manages risks of a service it is about, or all risks.
        at: when.

    Returns:
        Its number.

    Raises:
        Invalid: what is wrong, by field.
        NotAllowed: the right is missing.
    """
    if not actor.may_somewhere(access.MANAGE):
        access.require_manage((), actor=actor)
    keys, area, owner = _checked(content)
    access.require_manage(_services(keys), actor=actor)
    risk = Risk(identified_by_id=actor.person_id, identified_at=at, changed_at=at)
    _say(risk, content, area, owner)
    risk.save()
    _link(risk, keys)
    changes = {name: (None, value) for name, value in plain_content(content).items() if value}
    told(risk, "identified", changes, actor=actor, at=at)
    publish(RiskIdentified(risk.pk, risk.number, risk.owner_id, at, actor.person_id))
    return risk.number


@transaction.atomic
def change_risk(
    number: str,
    *,
    content: RiskContent,
    actor: Actor,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Say something else of a risk; the same again does nothing.

    Args:
        number: which.
        content: all that is said of it from now on.
        actor: who manages risks of a service it is about, before and after, or all risks.
        at: when.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it is closed, or somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    access.require_manage(access.service_keys(risk), actor=actor)
    if risk.state not in OPEN:
        raise WrongState(_("This risk is closed. Open it again first."))
    keys, area, owner = _checked(content)
    _keeps_its_treatment(risk, content)
    access.require_manage(_services(keys), actor=actor)
    before, after = plain_content(_standing(risk)), plain_content(content)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return
    _say(risk, content, area, owner)
    _link(risk, keys)
    keep(risk, "changed", changes, actor=actor, at=at)


def _keeps_its_treatment(risk: Risk, content: RiskContent) -> None:
    if risk.treatment and risk.treatment not in options(is_opportunity=content.is_opportunity):
        sentence = _("What is planned about it fits no opportunity, or no risk. Plan that anew.")
        raise Invalid({"is_opportunity": [sentence]})


def _checked(content: RiskContent) -> tuple[dict[Link, int | None], RiskArea, Person]:
    """Return the links with their keys, the area and the owner of a sound content."""
    faults = content_faults(content)
    area = RiskArea.objects.filter(code=content.area).first() if _is_code(content.area) else None
    if area is None:
        faults["area"] = [_("Please choose an area.")]
    owner = _person(content.owner)
    if owner is None:
        faults["owner"] = [_("Please name a person who works here and answers for it.")]
    sound = {each for each in content.links if _is_code(each.code)}
    facts = subjects.facts(sound, language="en")
    if unknown := sorted(each.code for each in set(content.links) - set(facts)):
        sentence = _("There is no %(code)s.") % {"code": ", ".join(unknown)}
        faults.setdefault("links", []).append(sentence)
    if faults or area is None or owner is None:
        raise Invalid(faults)
    return {link: each.id for link, each in facts.items()}, area, owner


def _person(code: str) -> Person | None:
    if not _is_code(code):
        return None
    return Person.objects.filter(code=code, is_active=True, customer__isnull=True).first()


def _is_code(text: str) -> bool:
    return bool(text) and is_storable(text)


def _services(keys: dict[Link, int | None]) -> set[int]:
    return {key for link, key in keys.items() if link.kind == "service" and key is not None}


def _say(risk: Risk, content: RiskContent, area: RiskArea, owner: Person) -> None:
    risk.is_opportunity = content.is_opportunity
    risk.title, risk.event = content.title.strip(), content.event.strip()
    risk.cause, risk.consequence = content.cause.strip(), content.consequence.strip()
    risk.area, risk.owner = area, owner


def _link(risk: Risk, keys: dict[Link, int | None]) -> None:
    for each in risk.links.all():
        if Link(each.kind, each.code) not in keys:
            each.delete()
    RiskLink.objects.bulk_create(
        [
            RiskLink(risk=risk, kind=link.kind, code=link.code, key=key)
            for link, key in sorted(keys.items())
        ],
        ignore_conflicts=True,
    )


def _standing(risk: Risk) -> RiskContent:
    return RiskContent(
        title=risk.title,
        area=risk.area.code,
        owner=risk.owner.code,
        is_opportunity=risk.is_opportunity,
        event=risk.event,
        cause=risk.cause,
        consequence=risk.consequence,
        links=tuple(Link(each.kind, each.code) for each in risk.links.all()),
    )
