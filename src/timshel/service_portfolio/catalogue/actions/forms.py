"""Forms in versions: a draft that is written, one version in force, and those that were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.rules import code_faults, refuse
from timshel.kernel import forms
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Difference, Invalid, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.uniqueness import refusing_duplicates
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.events import FormPublished
from timshel.service_portfolio.catalogue.models import Entry, FormVersion
from timshel.service_portfolio.catalogue.rules.forms import form_faults, with_code
from timshel.service_portfolio.catalogue.states import VersionState

SUBJECT = "form"
LONGEST_CODE = 60
NO_DRAFT = 0
"""The revision that somebody saw who saw no draft."""


@dataclass(frozen=True, slots=True)
class FormSaved:
    """A draft was saved.

    Args:
        version_id: its key.
        number: of the version.
        revision: what the next save has to name.
    """

    version_id: int
    number: int
    revision: int


@transaction.atomic
def save_form_draft(
    code: str, *, content: Mapping[str, Any], seen_revision: int, actor: Actor, at: datetime
) -> FormSaved:
    """Keep what somebody writes of a form; it may be half finished.

    Saving the same again changes nothing.

    Args:
        code: of the form; a new one begins with its first draft.
        content: what ``kernel.forms`` reads.
        seen_revision: of the draft that the person saw; 0 where there was none.
        actor: who writes.
        at: when.

    Raises:
        NotAllowed: without the right for every service that asks by the form.
        Invalid: the content has the wrong shape.
        Conflict: somebody else saved the draft meanwhile.
    """
    access.require_form(code, actor=actor)
    refuse({"code": code_faults(code, longest=LONGEST_CODE)})
    form = forms.form_from(with_code(content, code))
    plain = forms.plain(form)
    draft = _locked(code, VersionState.DRAFT)
    if draft is None:
        if seen_revision != NO_DRAFT:
            raise WrongState(_("This draft is no longer there: it was published or thrown away."))
        return _begun(form, plain, actor=actor, at=at)
    if draft.content == plain:
        return FormSaved(draft.pk, draft.number, draft.revision)
    if draft.revision != seen_revision:
        raise _conflict(draft, plain)
    changes = {
        name: (draft.content.get(name), plain.get(name))
        for name in sorted({*draft.content, *plain})
        if draft.content.get(name) != plain.get(name)
    }
    draft.content, draft.title = plain, form.title[:200]
    draft.revision += 1
    draft.edited_by_id, draft.edited_at = actor.person_id, at
    draft.save(update_fields=["content", "title", "revision", "edited_by", "edited_at"])
    _record("catalogue.form_saved", draft, changes, actor=actor, at=at)
    return FormSaved(draft.pk, draft.number, draft.revision)


def _begun(form: forms.Form, plain: dict[str, Any], *, actor: Actor, at: datetime) -> FormSaved:
    last = FormVersion.objects.filter(code=form.code).aggregate(last=Max("number"))["last"] or 0
    draft = FormVersion(
        code=form.code,
        number=last + 1,
        state=VersionState.DRAFT,
        title=form.title[:200],
        content=plain,
        edited_by_id=actor.person_id,
        edited_at=at,
    )
    with refusing_duplicates({"form": _("Somebody else has just begun a draft.")}):
        draft.save(force_insert=True)
    changes = {"code": (None, form.code), "number": (None, draft.number)}
    _record("catalogue.form_begun", draft, changes, actor=actor, at=at)
    return FormSaved(draft.pk, draft.number, draft.revision)


@transaction.atomic
def publish_form(code: str, *, actor: Actor, at: datetime) -> FormPublished:
    """Put the draft of a form in force; what was in force is kept for the requests made with it.

    Raises:
        NotAllowed: without the right for every service that asks by the form.
        NotFound: there is no draft.
        Invalid: the form is not without fault; the fields are places in it.
    """
    draft = access.form_version_to_change(
        code, VersionState.DRAFT, actor=actor, permission=access.PUBLISH
    )
    form = forms.form_from(draft.content)
    faults = form_faults(form, code=code)
    if faults:
        raise Invalid(faults, _("This form cannot be published yet."))
    before = _locked(code, VersionState.PUBLISHED)
    if before is not None:
        _retire(before, at=at)
    draft.state, draft.published_at = VersionState.PUBLISHED, at
    draft.save(update_fields=["state", "published_at"])
    changes = {"published": (before.number if before else None, draft.number)}
    _record("catalogue.form_published", draft, changes, actor=actor, at=at)
    event = FormPublished(form_id=draft.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def discard_form_draft(code: str, *, actor: Actor, at: datetime) -> None:
    """Throw the draft of a form away; what is in force stays.

    Raises:
        NotAllowed: without the right for every service that asks by the form.
        NotFound: there is no draft.
    """
    draft = access.form_version_to_change(code, VersionState.DRAFT, actor=actor)
    changes = {"content": (draft.content, None)}
    _record("catalogue.form_discarded", draft, changes, actor=actor, at=at)
    draft.delete()


@transaction.atomic
def retire_form(code: str, *, actor: Actor, at: datetime) -> None:
    """Take a form out of force; requests that were made with it keep it.

    Raises:
        NotAllowed: without the right for every service that asks by the form.
        NotFound: no version is in force.
        WrongState: a page that is shown asks by it.
    """
    version = access.form_version_to_change(
        code, VersionState.PUBLISHED, actor=actor, permission=access.PUBLISH
    )
    used = Entry.objects.filter(page__content__form=code).select_related("offering")
    names = sorted(entry.offering.name for entry in used)
    if names:
        raise WrongState(
            _("These offerings ask by this form: %(names)s.") % {"names": ", ".join(names)}
        )
    _retire(version, at=at)
    changes = {"published": (version.number, None)}
    _record("catalogue.form_retired", version, changes, actor=actor, at=at)


def _locked(code: str, state: VersionState) -> FormVersion | None:
    return FormVersion.objects.select_for_update().filter(code=code, state=state).first()


def _retire(version: FormVersion, *, at: datetime) -> None:
    version.state, version.retired_at = VersionState.RETIRED, at
    version.save(update_fields=["state", "retired_at"])


def _conflict(draft: FormVersion, wanted: Mapping[str, Any]) -> Conflict:
    name = draft.edited_by.name if draft.edited_by else ""
    return Conflict(
        [
            Difference(field, None, draft.content.get(field), value, name, draft.edited_at)
            for field, value in wanted.items()
            if draft.content.get(field) != value
        ]
    )


def _record(
    verb: str, version: FormVersion, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=version.pk, changes=changes, actor=actor, at=at)
