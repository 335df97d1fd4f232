"""What is wrong with a form that shall be used, in sentences for whoever writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel import forms
from timshel.kernel.errors import Text


def form_faults(form: forms.Form, *, code: str) -> Mapping[str, list[Text]]:
    """Return what is wrong with a form, by the place in it; nothing where it may be used.

    Args:
        form: as it was read.
        code: what the form is called here.
    """
    found: dict[str, list[Text]] = {}
    if form.code != code:
        found["code"] = [_("The form is called %(code)s here.") % {"code": code}]
    for fault in forms.faults(form):
        if not fault.is_warning:
            found.setdefault(fault.path, []).append(fault.sentence)
    return found


def with_code(content: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return the plain data of a form under the code by which it is kept."""
    return {**content, "code": code}
