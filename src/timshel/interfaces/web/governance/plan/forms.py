"""The forms of the plan: writing a part, looking at it again, proposing and taking back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.governance.issues.saving import (
    NEEDED,
    SeenForm,
    day_control,
    text_control,
)
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.planning.plan.queries import LivePart
from timshel.planning.plan.rules import LONGEST_NOTE, LONGEST_STATEMENT, PartContent


class PartForm(SeenForm):
    """What is written of a part, who keeps it, and when it is looked at again.

    Args:
        part: as it stands.
        given: what was posted, or None.
    """

    statement = forms.CharField(
        label=gettext_lazy("What the plan says"),
        max_length=LONGEST_STATEMENT,
        required=False,
        widget=text_control(14),
        help_text=gettext_lazy("Headings, lists and links are possible, as Markdown."),
    )
    owner = forms.CharField(
        label=gettext_lazy("Who keeps it"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Name, mail address or code."),
    )
    review_date = forms.DateField(
        label=gettext_lazy("To be looked at again by"), required=False, widget=day_control()
    )

    def __init__(self, part: LivePart, *, given: Any = None) -> None:
        view = part.view
        super().__init__(
            given,
            initial={
                "statement": view.statement,
                "owner": view.owner_code,
                "review_date": view.review_date,
                "revision": part.revision,
            },
        )
        self._known = view.owner_code
        if not part.may_manage:
            del self.fields["owner"]

    def content(self, *, actor: Actor) -> PartContent:
        """Return what was written.

        Raises:
            Invalid: nobody, or more than one, is found as the keeper.
        """
        given = self.cleaned_data
        named = given.get("owner", self._known)
        owner = found_person(named, field="owner", actor=actor) if named != self._known else named
        return PartContent(given["statement"], owner or "", given["review_date"])


class ReviewForm(SeenForm):
    """That a part still holds, and when it is looked at next."""

    found = forms.CharField(
        label=gettext_lazy("What did you look at?"),
        max_length=LONGEST_NOTE,
        widget=text_control(3),
        error_messages=NEEDED,
    )
    review_date = forms.DateField(
        label=gettext_lazy("To be looked at again by"),
        widget=day_control(),
        error_messages=NEEDED,
    )


class ProposeForm(SeenForm):
    """What is new in a version."""

    summary = forms.CharField(
        label=gettext_lazy("What is new in this version?"),
        max_length=LONGEST_NOTE,
        widget=text_control(4),
        error_messages=NEEDED,
    )


class WithdrawForm(SeenForm):
    """Why a version is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=LONGEST_NOTE,
        widget=text_control(3),
        error_messages=NEEDED,
    )
