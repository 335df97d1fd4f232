"""Forms: the list, every version, what is wrong with a draft, and writing and publishing one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, IdempotencyKey, Sent, refuse_unknown
from timshel.kernel.errors import NotFound
from timshel.kernel.forms import differences, faults, form_from
from timshel.service_portfolio.catalogue import actions
from timshel.service_portfolio.catalogue.queries import (
    FormRow,
    FormVersionRow,
    form_list,
    form_versions,
)
from timshel.service_portfolio.catalogue.queries.form_uses import FormUse, form_uses
from timshel.service_portfolio.catalogue.states import VersionState

router = Router(tags=["Forms"])

FormCode = Annotated[Code, Path(description="The code of the form.", examples=["laptop"])]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
CHANGES = answers(404, 409, 411, 422)
OTHER_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES if code != "en")
Design = Annotated[
    dict[str, Any],
    Field(
        description="What is asked, in the shape of `packs/schemas/forms.json`: `title`, "
        "`translations` and `steps`, each with its `fields`. The code is that of the address.",
        examples=[
            {
                "title": "A laptop",
                "steps": [
                    {
                        "key": "machine",
                        "title": "Which machine",
                        "fields": [{"key": "reason", "type": "text", "label": "What for?"}],
                    }
                ],
            }
        ],
    ),
]


class FormInList(Sent):
    """A form as lists show it."""

    code: str = Field(description="Its name among forms.")
    title: str = Field(description="Of the version in force, or of the newest.")
    published: int | None = Field(description="The number of the version in force, if one is.")
    draft_revision: int | None = Field(
        description="The revision of the draft, if there is one; a save names it."
    )
    uses: int = Field(description="How many offerings ask by it.")
    changed_by: str = Field(description="Who changed it last.")
    changed_at: datetime = Field(description="When that was.")


class Forms(Sent):
    """All forms by title."""

    items: tuple[FormInList, ...] = Field(description="The forms.")


class FormVersion(Sent):
    """One version of a form."""

    number: int = Field(description="Its number.")
    state: str = Field(description="`draft`, `published` or `retired`.")
    title: str = Field(description="What people read above it.")
    revision: int = Field(description="Grows each time the draft is saved.")
    design: dict[str, Any] = Field(description="What is asked.")
    changed_by: str = Field(description="Who saved it last.")
    changed_at: datetime = Field(description="When that was.")
    published_at: datetime | None = Field(description="Since when it is, or was, in force.")
    retired_at: datetime | None = Field(description="Since when it no longer is.")


class Use(Sent):
    """An offering or a process that asks by a form."""

    kind: Literal["offering", "process"] = Field(description="What asks by the form.")
    code: str = Field(description="Of the offering or the process.")
    variant: str | None = Field(description="Of a process: `full` or `light`.")
    name: str = Field(description="In the reader's language.")
    is_draft: bool = Field(description="Whether it would do so only once it is published.")


class FormInFull(Sent):
    """A form with all its versions, newest first, and what asks by it."""

    code: str = Field(description="Its name among forms.")
    versions: tuple[FormVersion, ...] = Field(description="All versions, the newest first.")
    uses: tuple[Use, ...] = Field(description="Offerings and processes that ask by it.")


class FaultOfForm(Sent):
    """Something that is wrong with a design, or missing in it."""

    path: str = Field(description="Where, as in `steps.0.fields.2.choices`.")
    sentence: str = Field(description="What, and what to do.")
    is_warning: bool = Field(description="Whether the form works in spite of it.")


class FaultsOfForm(Sent):
    """What is wrong with a design, in the order of its parts."""

    items: tuple[FaultOfForm, ...] = Field(description="The faults.")


class DifferenceOfForm(Sent):
    """One thing that differs between two versions."""

    subject: str = Field(description="What it is about.")
    before: str = Field(description="How it was; empty where there was nothing.")
    after: str = Field(description="How it is; empty where there is nothing.")


class DifferencesOfForm(Sent):
    """What differs between two versions."""

    items: tuple[DifferenceOfForm, ...] = Field(description="The differences.")


class FormDraftGiven(Given):
    """The draft of a form as it shall be; it may be half finished."""

    design: Design
    revision: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] = Field(
        description="Of the draft that was read; 0 where there was none."
    )


class FormDraftSaved(Sent):
    """A draft that was saved."""

    code: str = Field(description="Of the form.")
    number: int = Field(description="Of the version.")
    revision: int = Field(description="What the next save has to name.")


class FormVersionsQuery(Given):
    """Which versions to compare."""

    before: VersionNumber = Field(description="The number of the earlier version.")
    after: VersionNumber = Field(description="The number of the later version.")


@router.get("", response=Forms, operation_id="list_forms", summary="List the forms")
def list_forms(request: ApiRequest) -> Forms:
    """Return all forms by title; needs `catalogue.manage` or `catalogue.publish`."""
    return Forms(items=tuple(map(_in_list, form_list(actor=request.auth))))


@router.get(
    "/{code}",
    response=FormInFull,
    operation_id="read_form",
    summary="Read a form",
    openapi_extra=answers(404),
)
def read_form(request: ApiRequest, code: FormCode) -> FormInFull:
    """Return a form with all its versions; needs `catalogue.manage` or `catalogue.publish`."""
    return _in_full(request, code)


@router.get(
    "/{code}/faults",
    response=FaultsOfForm,
    operation_id="read_form_faults",
    summary="Read what is wrong with a form",
    openapi_extra=answers(404),
)
def read_form_faults(request: ApiRequest, code: FormCode) -> FaultsOfForm:
    """Return what is wrong with the newest version, missing translations as warnings.

    Needs `catalogue.manage` or `catalogue.publish`.
    """
    newest = form_versions(code, actor=request.auth)[0]
    found = faults(form_from(newest.content), languages=OTHER_LANGUAGES)
    return FaultsOfForm(
        items=tuple(
            FaultOfForm(path=each.path, sentence=each.sentence, is_warning=each.is_warning)
            for each in found
        )
    )


@router.get(
    "/{code}/differences",
    response=DifferencesOfForm,
    operation_id="compare_form",
    summary="Compare two versions of a form",
    openapi_extra=answers(404, 422),
)
def compare_form(
    request: ApiRequest, code: FormCode, asked: Query[FormVersionsQuery]
) -> DifferencesOfForm:
    """Return what differs, in words; needs `catalogue.manage` or `catalogue.publish`."""
    refuse_unknown(request, FormVersionsQuery.model_fields)
    versions = {each.number: each for each in form_versions(code, actor=request.auth)}
    if asked.before not in versions or asked.after not in versions:
        raise NotFound
    before, after = (form_from(versions[each].content) for each in (asked.before, asked.after))
    return DifferencesOfForm(
        items=tuple(
            DifferenceOfForm(subject=each.subject, before=each.before, after=each.after)
            for each in differences(before, after)
        )
    )


@router.put(
    "/{code}/draft",
    response=FormDraftSaved,
    operation_id="save_form_draft",
    summary="Write the draft of a form",
    openapi_extra=CHANGES,
)
def put_form_draft(
    request: ApiRequest,
    code: FormCode,
    given: FormDraftGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write the next version, or a new form; nobody is asked by it yet.

    Needs `catalogue.manage` for every service that asks by the form.
    """

    def do() -> Answer:
        saved = actions.save_form_draft(
            code,
            content=given.design,
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(FormDraftSaved(code=code, number=saved.number, revision=saved.revision))

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{code}/draft",
    response={204: None},
    operation_id="discard_form_draft",
    summary="Throw the draft of a form away",
    openapi_extra=CHANGES,
)
def delete_form_draft(
    request: ApiRequest, code: FormCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Throw the draft away; needs `catalogue.manage` for every service that asks by the form."""

    def do() -> Answer:
        actions.discard_form_draft(code, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/publish",
    response=FormInFull,
    operation_id="publish_form",
    summary="Put the draft of a form into force",
    openapi_extra=CHANGES,
)
def post_form_publish(
    request: ApiRequest, code: FormCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Put the draft into force, unless something is wrong with it.

    Needs `catalogue.publish` for every service that asks by the form.
    """

    def do() -> Answer:
        actions.publish_form(code, actor=request.auth, at=request.at)
        return Answer.of(_in_full(request, code))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/retire",
    response=FormInFull,
    operation_id="retire_form",
    summary="Take a form out of force",
    openapi_extra=CHANGES,
)
def post_form_retire(
    request: ApiRequest, code: FormCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take the form out of force, unless an offering asks by it; older requests keep it.

    Needs `catalogue.publish` for every service that asks by the form.
    """

    def do() -> Answer:
        actions.retire_form(code, actor=request.auth, at=request.at)
        return Answer.of(_in_full(request, code))

    return answer_once(request, idempotency_key, do)


def _in_full(request: ApiRequest, code: str) -> FormInFull:
    versions = form_versions(code, actor=request.auth)
    uses = form_uses(code, actor=request.auth)
    return FormInFull(
        code=code, versions=tuple(map(_version, versions)), uses=tuple(map(_use, uses))
    )


def _in_list(row: FormRow) -> FormInList:
    return FormInList(
        code=row.code,
        title=row.title,
        published=row.published,
        draft_revision=row.draft,
        uses=row.uses,
        changed_by=row.edited_by,
        changed_at=row.edited_at,
    )


def _version(row: FormVersionRow) -> FormVersion:
    states: Mapping[str, str] = {VersionState.REVIEW: VersionState.DRAFT}
    return FormVersion(
        number=row.number,
        state=states.get(row.state, row.state),
        title=row.title,
        revision=row.revision,
        design=dict(row.content),
        changed_by=row.edited_by,
        changed_at=row.edited_at,
        published_at=row.published_at,
        retired_at=row.retired_at,
    )


def _use(use: FormUse) -> Use:
    return Use(
        kind="process" if use.is_process else "offering",
        code=use.code,
        variant=use.variant or None,
        name=use.name,
        is_draft=use.is_draft,
    )
