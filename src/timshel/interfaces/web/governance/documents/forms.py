"""The forms of documents: what is known of one, what a version says, who is to read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.organization.queries import unit_list
from timshel.context.people.queries import colleagues_by_code, colleagues_matching
from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.documents.subjects import (
    NOTHING,
    about_of,
    all_choices,
    value_of,
)
from timshel.interfaces.web.governance.issues.saving import offer
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.text import is_storable
from timshel.leadership.authority.queries import role_list
from timshel.support.documentation.queries import About, AudienceView, DocumentView, VersionView
from timshel.support.documentation.rules import (
    LONGEST_CODE,
    LONGEST_NOTE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_MONTHS,
    Audience,
    DocumentFacts,
    GivenFile,
    VersionContent,
)
from timshel.support.documentation.states import (
    KIND_NAMES,
    AudienceKind,
    DocumentKind,
)

SHOWN = 6
EVERYBODY = "requester"
HAND_WRITTEN = {"rows": 3}
PEOPLE_HELP = gettext_lazy("Name, mail address or code.")


def found_colleague(text: str, *, field: str, actor: Actor) -> str:
    """Return the code of the one colleague whom a text means.

    Args:
        text: a name or a part of it, a mail address or a code.
        field: of the form, at which a refusal stands.
        actor: who asks.

    Raises:
        Invalid: nobody is found, or several.
    """
    typed = text.strip()
    if is_storable(typed) and typed in colleagues_by_code([typed], actor=actor):
        return typed
    rows = colleagues_matching(typed, actor=actor, limit=SHOWN) if is_storable(typed) else ()
    exact = [row for row in rows if row.name.casefold() == typed.casefold()]
    chosen = exact if len(exact) == 1 else list(rows)
    if not chosen:
        raise Invalid({field: [_("Nobody was found for “%(text)s”.") % {"text": typed}]})
    if len(chosen) > 1:
        names = ", ".join(f"{row.name} ({row.code})" for row in chosen)
        sentence = _("Several people were found: %(names)s. Write more of the name, or the code.")
        raise Invalid({field: [sentence % {"names": names}]})
    return chosen[0].code


class DocumentForm(RefusableForm):
    """What is known of a document beside its versions."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    code = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as incident-procedure."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(KIND_NAMES.items()))
    owner = forms.CharField(
        label=gettext_lazy("Who answers for it"), max_length=80, help_text=PEOPLE_HELP
    )
    clause = forms.CharField(
        label=gettext_lazy("Clause of the standard"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Such as 7.5 or 8.6.1."),
    )
    about = forms.ChoiceField(label=gettext_lazy("What it is about"), required=False)
    review_months = forms.IntegerField(
        label=gettext_lazy("Look at it again every … months"),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=12,
    )
    retention_months = forms.IntegerField(
        label=gettext_lazy("Keep ended versions for … months"),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=36,
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, actor: Actor, at: datetime, view: DocumentView | None = None, *, given: Any = None
    ) -> None:
        super().__init__(given, initial=known_facts(view) if view else None)
        also = About(view.row.about_kind, view.row.about_code) if view else NOTHING
        offer(self, "about", all_choices(also=also, actor=actor, at=at))

    def facts(self, actor: Actor) -> DocumentFacts:
        """Return what was written.

        Raises:
            Invalid: the owner is nobody, or several people.
        """
        given = self.cleaned_data
        about = about_of(given["about"])
        return DocumentFacts(
            code=given["code"].strip(),
            kind=DocumentKind(given["kind"]),
            title=given["title"],
            owner=found_colleague(given["owner"], field="owner", actor=actor),
            clause=given["clause"].strip(),
            about_kind=about.kind,
            about_code=about.code,
            review_months=given["review_months"],
            retention_months=given["retention_months"],
        )


def known_facts(view: DocumentView) -> dict[str, Any]:
    """Return what the form of a document begins with."""
    row = view.row
    return {
        "title": row.title,
        "code": row.code,
        "kind": row.kind,
        "owner": row.owner_code,
        "clause": row.clause,
        "about": value_of(About(row.about_kind, row.about_code)),
        "review_months": view.review_months,
        "retention_months": view.retention_months,
        "revision": row.revision,
    }


class VersionForm(RefusableForm):
    """What the next version says."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST_TEXT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=gettext_lazy("Markdown. Leave it empty where a file holds the document."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("It takes the place of the file that is there."),
    )
    without_file = forms.BooleanField(label=gettext_lazy("Leave the file out"), required=False)
    change_note = forms.CharField(
        label=gettext_lazy("What is new"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs=HAND_WRITTEN),
    )
    asks_reading = forms.BooleanField(
        label=gettext_lazy("Everybody to whom it is distributed is to read it anew"),
        required=False,
    )
    effective_date = forms.DateField(
        label=gettext_lazy("In effect from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty for the day on which it is approved."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def content(self) -> VersionContent:
        """Return what was written."""
        given = self.cleaned_data
        return VersionContent(
            text=given["text"],
            change_note=given["change_note"],
            asks_reading=given["asks_reading"],
            effective_date=given["effective_date"],
        )

    def upload(self) -> GivenFile | None:
        """Return the file that came along."""
        given: UploadedFile[Any] | None = self.cleaned_data["file"]
        if given is None:
            return None
        return GivenFile(given.name or "", given.content_type or "", given.file)  # type: ignore[arg-type]


def begun_version(base: VersionView | None, view: DocumentView) -> dict[str, Any]:
    """Return what the form of a version begins with: the draft, or the version in effect."""
    begun: dict[str, Any] = {"revision": view.row.revision, "asks_reading": True}
    if base is None:
        return begun
    begun["text"] = base.text
    if view.coming is not None and base.version.number == view.coming.number:
        begun["change_note"] = base.version.change_note
        begun["asks_reading"] = base.version.asks_reading
        begun["effective_date"] = base.version.effective_date
    return begun


class ApproverForm(RefusableForm):
    """Who is asked to approve."""

    approver = forms.CharField(
        label=gettext_lazy("Who is to approve it?"), max_length=80, help_text=PEOPLE_HELP
    )


class ReasonForm(RefusableForm):
    """Why something is done."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=HAND_WRITTEN),
    )


class NoteForm(RefusableForm):
    """What was looked at."""

    note = forms.CharField(
        label=gettext_lazy("What did you look at?"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs=HAND_WRITTEN),
    )


class AudienceForm(RefusableForm):
    """To whom a document is distributed."""

    is_staff = forms.BooleanField(label=gettext_lazy("All staff"), required=False)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who holds one of these roles"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("Who is of one of these units, or below"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    people = forms.CharField(
        label=gettext_lazy("These people"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs=HAND_WRITTEN),
        help_text=gettext_lazy("One to a line: name, mail address or code."),
    )

    def __init__(self, data: Any = None, *, actor: Actor, shown: AudienceView) -> None:
        audience = shown.audience
        names = {each.code: each.name for each in shown.named if each.kind is AudienceKind.PERSON}
        begun = {
            "is_staff": audience.is_staff,
            "roles": list(audience.roles),
            "units": list(audience.units),
            "people": "\n".join(names),
        }
        super().__init__(data, initial=begun)
        roles, units = self.fields["roles"], self.fields["units"]
        assert isinstance(roles, forms.MultipleChoiceField)  # noqa: S101 - declared above
        assert isinstance(units, forms.MultipleChoiceField)  # noqa: S101 - declared above
        held = role_list(language=actor.language)
        roles.choices = [(code, name) for code, name in held if code != EVERYBODY]
        units.choices = [(row.code, row.name) for row in unit_list(language=actor.language)]

    def audience(self, actor: Actor) -> Audience:
        """Return what was chosen.

        Raises:
            Invalid: somebody is not found.
        """
        given = self.cleaned_data
        typed = list(filter(None, (line.strip() for line in given["people"].splitlines())))
        storable = [line for line in typed if is_storable(line)]
        known = colleagues_by_code(storable, actor=actor)
        people = [
            line if line in known else found_colleague(line, field="people", actor=actor)
            for line in typed
        ]
        return Audience(
            is_staff=given["is_staff"],
            roles=tuple(given["roles"]),
            units=tuple(given["units"]),
            people=tuple(dict.fromkeys(people)),
        )
