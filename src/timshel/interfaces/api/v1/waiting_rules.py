"""Waiting rules: which clock stands still while work waits for what."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Given, IdempotencyKey, Sent
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.access import require_view
from timshel.relationship_agreement.service_level.actions import set_waiting_rule
from timshel.relationship_agreement.service_level.queries.book import waiting_rules
from timshel.relationship_agreement.service_level.states import ClockKind

router = Router(tags=["Waiting rules"])


class WaitingRuleGiven(Given):
    """What waiting for a reason does to a clock from now on."""

    clock: ClockKind
    reason: WaitingReason
    pauses: bool = Field(strict=True, description="Whether the clock stands still.")


class WaitingRule(Sent):
    """What waiting for a reason does to a clock."""

    clock: ClockKind
    reason: WaitingReason
    pauses: bool = Field(description="Whether the clock stands still.")


class WaitingRules(Sent):
    """One rule for each clock and each reason."""

    items: tuple[WaitingRule, ...]


@router.get(
    "",
    response=WaitingRules,
    operation_id="list_waiting_rules",
    summary="List the waiting rules",
)
def list_waiting_rules(request: ApiRequest) -> WaitingRules:
    """Return which clock stands still for which reason; needs `service_level.view`."""
    return _rules(request)


@router.post(
    "",
    response=WaitingRules,
    operation_id="set_waiting_rule",
    summary="Set a waiting rule",
    openapi_extra=answers(404, 409, 411, 422),
)
def post_waiting_rule(
    request: ApiRequest, given: WaitingRuleGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Set one rule; open work is read again by a job. Needs `service_level.configure`."""

    def do() -> Answer:
        set_waiting_rule(
            given.clock,
            reason=given.reason,
            pauses=given.pauses,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_rules(request))

    return answer_once(request, idempotency_key, do)


def _rules(request: ApiRequest) -> WaitingRules:
    require_view(request.auth)
    rules = waiting_rules()
    return WaitingRules(
        items=tuple(
            WaitingRule(clock=kind, reason=reason, pauses=rules.get((kind, reason.value), False))
            for kind in ClockKind
            for reason in WaitingReason
        )
    )
