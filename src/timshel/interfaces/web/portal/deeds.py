"""What requesters can do with a case, whatever kind it is: a form, sent once, and a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.forms import FilesGiven, RefusableForm
from timshel.interfaces.web.requests import TimshelRequest


class PlainForm(RefusableForm):
    """A form that asks nothing but to be sent once."""

    once = forms.CharField(max_length=100, widget=forms.HiddenInput)


class ReplyForm(PlainForm):
    """A public reply."""

    text = forms.CharField(
        label=_("Your message"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a requester can do with a case.

    Args:
        form: what it asks.
        done: what is said afterwards.
        do: the call, with the number, what the form gave, and the files.
    """

    form: type[PlainForm]
    done: Promise
    do: Callable[[str, Mapping[str, Any], FilesGiven, TimshelRequest], object]
