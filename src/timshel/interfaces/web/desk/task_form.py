"""The form of a task, and finishing the task with it: one page, with or without a script."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from timshel.interfaces.web.answering import Asking, StepView, read_post, step_context
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Text
from timshel.kernel.forms import form_from
from timshel.resolution_fulfilment.service_request.queries import TaskRecord
from timshel.service_portfolio.catalogue.queries.references import references_for

PREFIX = "form."


@dataclass(slots=True)
class Finishing:
    """What was typed into the form of a task by somebody who finishes it.

    Args:
        raw: what stands in the form.
        errors: what is wrong with it, by field.
        comment: what was said about the end.
        comment_errors: what is wrong with that.
        others: what is wrong besides, such as lines of the checklist that are open.
        is_saving: the script saves what was typed.
        is_again: the form is to be shown again without being judged.
    """

    raw: Mapping[str, Any]
    errors: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    comment: str = ""
    comment_errors: tuple[Text, ...] = ()
    others: tuple[Text, ...] = ()
    is_saving: bool = False
    is_again: bool = False


def asking_of(request: TimshelRequest, task: TaskRecord) -> Asking | None:
    """Return the form of a task as the reader fills it in, or None where it has none."""
    if task.form is None:
        return None
    return Asking(
        form=form_from(in_one_step(task.form)),
        requester={},
        references=references_for(request.actor),
        language=request.actor.language,
        today=request.actor.day_at(request.at),
        owner=request.actor.person_id,
        prefix=PREFIX,
        save_url=reverse("task-complete", args=[task.number]),
    )


def in_one_step(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form with all that it asks in one step: whoever does a task sees it at once."""
    whole = deepcopy(dict(content))
    first, *more = whole["steps"]
    fields = list(first["fields"])
    for step in more:
        for asked in step["fields"]:
            conditions = [each for each in (step.get("condition"), asked.get("condition")) if each]
            fields.append({**asked, "condition": " && ".join(f"({each})" for each in conditions)})
    whole["steps"] = [{**first, "fields": fields}]
    return whole


def step_of(asking: Asking | None, finishing: Finishing) -> StepView | None:
    """Return the form as the page draws it, with what was typed and what is wrong with it."""
    if asking is None:
        return None
    errors = {name: tuple(str(each) for each in texts) for name, texts in finishing.errors.items()}
    return step_context(asking, asking.form.steps[0].key, finishing.raw, errors)


def read_finishing(request: TimshelRequest, task: TaskRecord, asking: Asking | None) -> Finishing:
    """Read what was posted with the form of a task."""
    comment = request.POST.get("comment", "").replace("\0", "")
    if asking is None:
        return Finishing(raw=task.raw, comment=comment)
    posted = read_post(request, asking, asking.form.steps[0].key, task.raw)
    return Finishing(
        raw=posted.raw,
        errors=posted.shown_errors,
        comment=comment,
        is_saving=posted.is_saving,
        is_again=posted.is_again or (posted.has_new and not posted.is_saving),
    )
