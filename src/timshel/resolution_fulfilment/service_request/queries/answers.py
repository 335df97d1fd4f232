"""What was answered in the form of a request, in words and by whom it may be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timshel.kernel.forms import Sensitivity, Shown, display, form_from
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.service_portfolio.catalogue.queries.references import shown_references

HIDDEN_FROM_OTHERS = frozenset({Sensitivity.CONFIDENTIAL})


def answers_of(
    request: ServiceRequest, *, language: str, with_confidential: bool
) -> tuple[Shown, ...]:
    """Return the answers in the order of the form that was filled in.

    Args:
        request: with its form.
        language: the reader's.
        with_confidential: for the requester and for those who work on it.
    """
    if request.form is None:
        return ()
    shown = display(
        form_from(request.form.content),
        request.answers,
        language=language,
        references=shown_references(language=language),
    )
    return tuple(
        each for each in shown if with_confidential or each.sensitivity not in HIDDEN_FROM_OTHERS
    )


def form_of(request: ServiceRequest) -> Mapping[str, Any] | None:
    """Return the form that was filled in, as ``kernel.forms`` reads it; None without one."""
    return None if request.form is None else request.form.content
