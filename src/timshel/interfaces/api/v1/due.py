"""What is due in the management system: reviews, actions, meetings and whatever else has a day."""

from __future__ import annotations

from datetime import date

from ninja import Query, Router
from pydantic import Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Given, Sent, refuse_unknown
from timshel.kernel.due import Asked, everything_due

router = Router(tags=["Planned actions"])


class DueQuery(Given):
    """What is asked for."""

    until: date = Field(description="Nothing later; what is overdue is always there.")
    mine: bool = Field(default=False, description="Only what I am to do.")


class DueItem(Sent):
    """Something that is to be done until a day, or takes place on it."""

    day: date
    kind: str = Field(description="Of the record, such as `planned_action`.")
    code: str = Field(description="By which people know the record.")
    title: str
    what: str = Field(description="Is to be done, in the language that was asked for.")
    owner: str = Field(description="Who does it, by name; may be empty.")


class DueItems(Sent):
    """What is due, the soonest first; of each part at most 500."""

    items: tuple[DueItem, ...]


@router.get(
    "",
    response=DueItems,
    operation_id="list_due",
    summary="List what is due",
    openapi_extra=answers(422),
)
def list_due(request: ApiRequest, asked: Query[DueQuery]) -> DueItems:
    """Return what is due until a day, as far as one may see it."""
    refuse_unknown(request, DueQuery.model_fields)
    found = everything_due(Asked(asked.until, request.auth, request.at, is_own=asked.mine))
    return DueItems(
        items=tuple(
            DueItem(
                day=each.day,
                kind=each.kind,
                code=each.code,
                title=each.title,
                what=str(each.what),
                owner=each.owner,
            )
            for each in found
        )
    )
