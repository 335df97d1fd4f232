"""Putting a page in force and taking it out again, and the row by which it is found."""

from __future__ import annotations

from datetime import date, datetime
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.actions.pages import UNFINISHED, note, open_version
from timshel.service_portfolio.catalogue.events import PagePublished, PageRetired
from timshel.service_portfolio.catalogue.models import Entry, PageVersion
from timshel.service_portfolio.catalogue.queries.faults import page_faults
from timshel.service_portfolio.catalogue.rules.content import PageContent, content_from
from timshel.service_portfolio.catalogue.rules.words import entry_words
from timshel.service_portfolio.catalogue.states import VersionState
from timshel.service_portfolio.service.models import Offering, Service

NAMED = ("name", "summary")


@transaction.atomic
def publish_page(
    offering: str,
    *,
    from_date: date | None = None,
    until_date: date | None = None,
    actor: Actor,
    at: datetime,
) -> PagePublished:
    """Put the draft of a page in force; requests made so far keep the version before.

    Name and summary become those of the offering.

    Args:
        offering: its code.
        from_date: the first day on which it is shown; None for at once.
        until_date: the last day; None for ever.
        actor: who publishes.
        at: when.

    Raises:
        NotFound: there is no such offering, or no draft of its page.
        NotAllowed: without the right for its service.
        Invalid: the page is not without fault, or its dates contradict themselves.
    """
    row = access.offering_to_change(offering, actor=actor, permission=access.PUBLISH)
    draft = open_version(row)
    if draft is None:
        raise NotFound(_("There is no draft of this page."))
    before = PageVersion.objects.filter(offering=row, state=VersionState.PUBLISHED).first()
    _check_dates(from_date, until_date, at=at, is_shown=before is not None)
    content = content_from(draft.content)
    faults = page_faults(content, code=row.code)
    if faults:
        raise Invalid(faults, UNFINISHED)
    if before is not None:
        _retire(before, at=at)
    _put_in_force(draft, from_date, until_date, actor=actor, at=at)
    changes = {
        "published": (before.number if before else None, draft.number),
        **_named(row, content),
    }
    _write_entry(row, draft, content, at=at)
    note("catalogue.page_published", row, changes, actor=actor, at=at)
    event = PagePublished(offering_id=row.pk, page_id=draft.pk, at=at)
    publish(event)
    return event


def _check_dates(
    from_date: date | None, until_date: date | None, *, at: datetime, is_shown: bool
) -> None:
    """Refuse dates that contradict themselves, or would hide what is shown now until then."""
    today = at.date()
    if until_date is not None and until_date < (from_date or today):
        raise Invalid({"until_date": [_("The last day comes before the first one.")]})
    if is_shown and from_date is not None and from_date > today:
        sentence = _("A page is shown already and would be hidden until then. Publish at once.")
        raise Invalid({"from_date": [sentence]})


def _put_in_force(
    draft: PageVersion,
    from_date: date | None,
    until_date: date | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    if draft.state == VersionState.REVIEW:
        draft.reviewed_by_id = actor.person_id
    draft.state, draft.published_at, draft.note = VersionState.PUBLISHED, at, ""
    draft.published_from, draft.published_until = from_date, until_date
    draft.save(
        update_fields=[
            "state",
            "published_at",
            "note",
            "published_from",
            "published_until",
            "reviewed_by",
        ]
    )


def _named(row: Offering, content: PageContent) -> dict[str, tuple[object, object]]:
    """Give the offering the names of its page; returns what changed."""
    translations = {
        language: {
            **{name: text for name, text in texts.items() if name not in NAMED},
        }
        for language, texts in row.translations.items()
    }
    for language, texts in content.translations.items():
        own = {name: texts[name] for name in NAMED if texts.get(name)}
        translations[language] = {**translations.get(language, {}), **own}
    wanted = {
        "name": content.name.strip(),
        "summary": content.summary.strip(),
        "translations": {language: texts for language, texts in translations.items() if texts},
    }
    changes: dict[str, tuple[object, object]] = {
        name: (getattr(row, name), value)
        for name, value in wanted.items()
        if getattr(row, name) != value
    }
    if changes:
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(wanted))
    return changes


def _write_entry(row: Offering, page: PageVersion, content: PageContent, *, at: datetime) -> None:
    price = content.price
    Entry.objects.update_or_create(
        offering=row,
        defaults={
            "page": page,
            "purpose": content.purpose,
            "icon": content.icon,
            "is_bundle": content.is_bundle,
            "price": price.amount if price else None,
            "currency": price.currency if price else "",
            "price_period": price.per if price else "",
            "words": words_for(row.service, content),
            "shown_from": page.published_from,
            "shown_until": page.published_until,
            "review_date": content.review_date,
            "published_at": at,
        },
    )


def words_for(service: Service, content: PageContent) -> str:
    """Return what an offering is found by, in all languages.

    Args:
        service: of the offering, read with its area.
        content: of its page.
    """
    others = content.translations.values()
    rows = (service, service.area)
    translated = chain.from_iterable(each.translations.values() for each in rows)
    return entry_words(
        [content.name, *(str(texts.get("name", "")) for texts in others)],
        [
            *(content.keywords, content.summary),
            *(str(texts.get(name, "")) for texts in others for name in ("keywords", "summary")),
            *(service.name, service.keywords, service.summary, service.area.name),
            *(str(text) for texts in translated for text in texts.values()),
        ],
    )


@transaction.atomic
def retire_page(offering: str, *, actor: Actor, at: datetime) -> PageRetired:
    """Show an offering no longer; requests that were made go on.

    Raises:
        NotFound: there is no such offering.
        NotAllowed: without the right for its service.
        WrongState: it is not shown.
    """
    row = access.offering_to_change(offering, actor=actor, permission=access.PUBLISH)
    page = PageVersion.objects.filter(offering=row, state=VersionState.PUBLISHED).first()
    if page is None:
        raise WrongState(_("This offering is not shown in the catalogue."))
    Entry.objects.filter(offering=row).delete()
    _retire(page, at=at)
    note("catalogue.page_retired", row, {"published": (page.number, None)}, actor=actor, at=at)
    event = PageRetired(offering_id=row.pk, at=at)
    publish(event)
    return event


def _retire(page: PageVersion, *, at: datetime) -> None:
    page.state, page.retired_at = VersionState.RETIRED, at
    page.save(update_fields=["state", "retired_at"])
