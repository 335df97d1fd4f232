"""The form of a verdict."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.queries import QuestionView
from timshel.improvement.conformity.rules import LONGEST_NOTE, Link, VerdictContent
from timshel.improvement.conformity.states import Judgement
from timshel.interfaces.web.forms import RefusableForm, text_area

LONGEST_LINKS = 10_000


class VerdictForm(RefusableForm):
    """What somebody says of a question."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    judgement = forms.ChoiceField(
        label=_("Is it fulfilled?"), choices=[("", "–"), *Judgement.choices]
    )
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=text_area(4),
        help_text=_("Needed unless it conforms."),
    )
    links = forms.CharField(
        label=_("What was shown"),
        required=False,
        max_length=LONGEST_LINKS,
        widget=text_area(3),
        help_text=_(
            "One to a line: what it is, and where it is needed a vertical bar and the address,"
            " such as “Minutes of May | /governance/meetings”."
        ),
    )
    next_date = forms.DateField(
        label=_("To be looked at again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, view: QuestionView, given: Any = None) -> None:
        said, proposed = view.row.verdict, view.row.proposed
        begun: dict[str, Any] = {
            "seen": said.id if said else 0,
            "judgement": proposed.value if proposed else "",
        }
        if said is not None and not view.row.is_outdated:
            begun |= {"judgement": said.judgement.value, "note": said.note}
        if said is not None:
            begun["links"] = "\n".join(_line(each) for each in said.links)
        super().__init__(given, initial=begun)

    def content(self) -> VerdictContent:
        """Return what was said."""
        given = self.cleaned_data
        lines = [line for line in given["links"].splitlines() if line.strip()]
        return VerdictContent(
            judgement=Judgement(given["judgement"]),
            note=given["note"],
            links=tuple(map(_link, lines)),
            next_date=given["next_date"],
        )


def _line(link: Link) -> str:
    return f"{link.title} | {link.address}" if link.address else link.title


def _link(line: str) -> Link:
    title, _bar, address = line.rpartition("|") if "|" in line else (line, "", "")
    return Link(title.strip(), address.strip())
