"""Who hears when the time of a clock runs out, under agreements without rules of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, IdempotencyKey, Sent
from timshel.relationship_agreement.service_level.actions import set_escalation_rules
from timshel.relationship_agreement.service_level.queries.escalations import escalation_rules
from timshel.relationship_agreement.service_level.rules.contents import EscalationContent
from timshel.relationship_agreement.service_level.states import ClockKind, Recipient

router = Router(tags=["Escalations"])

MOST_RULES = 50
LONGEST_SECONDS = 10 * 366 * 86_400
Percent = Annotated[int, Field(strict=True, ge=1, le=500)]
Seconds = Annotated[int, Field(strict=True, ge=1, le=LONGEST_SECONDS)]


class RuleGiven(Given):
    """A rule: who hears, and when. Give either `percent` or `seconds_before`."""

    recipient: Recipient = Field(description="Who hears.")
    role: Code | None = Field(
        default=None, description="The code of the role, where everyone with a role is to hear."
    )
    clock: ClockKind | None = Field(default=None, description="Of which clock; null for each.")
    percent: Percent | None = Field(
        default=None, description="When so much of the time is used; more than 100 is after it."
    )
    seconds_before: Seconds | None = Field(
        default=None, description="When so much working time is left, in seconds."
    )
    at_night: bool = Field(
        default=False, description="Whether the mail leaves outside its reader's hours, too."
    )


class RulesGiven(Given):
    """All rules, in the place of those before."""

    items: list[RuleGiven] = Field(max_length=MOST_RULES, description="None for the usual one.")


class Rule(Sent):
    """A rule: who hears, and when."""

    recipient: Recipient = Field(description="Who hears.")
    role: str | None = Field(description="The code of the role, where a role is to hear.")
    clock: ClockKind | None = Field(description="Of which clock; null for each.")
    percent: int | None = Field(description="When so much of the time is used.")
    seconds_before: int | None = Field(description="When so much working time is left, in seconds.")
    at_night: bool = Field(description="Whether the mail leaves outside its reader's hours, too.")


class Rules(Sent):
    """The rules of all agreements without rules of their own."""

    items: tuple[Rule, ...]


@router.get(
    "",
    response=Rules,
    operation_id="list_escalation_rules",
    summary="List the escalation rules",
)
def list_escalation_rules(request: ApiRequest) -> Rules:
    """Return who hears of clocks, and when; needs `service_level.view`."""
    return _rules(request)


@router.put(
    "",
    response=Rules,
    operation_id="set_escalation_rules",
    summary="Set the escalation rules",
    openapi_extra=answers(409, 422),
)
def put_escalation_rules(
    request: ApiRequest, given: RulesGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Replace all rules; open work is read again by a job. Needs `service_level.configure`."""

    def do() -> Answer:
        rules = [_content(rule) for rule in given.items]
        set_escalation_rules(rules, actor=request.auth, at=request.at)
        return Answer.of(_rules(request))

    return answer_once(request, idempotency_key, do)


def _rules(request: ApiRequest) -> Rules:
    return Rules(items=tuple(map(_rule, escalation_rules(actor=request.auth))))


def _rule(rule: EscalationContent) -> Rule:
    return Rule(
        recipient=rule.recipient,
        role=rule.role_code or None,
        clock=ClockKind(rule.clock_kind) if rule.clock_kind else None,
        percent=rule.percent,
        seconds_before=None if rule.before is None else int(rule.before.total_seconds()),
        at_night=rule.at_night,
    )


def _content(rule: RuleGiven) -> EscalationContent:
    before = rule.seconds_before
    return EscalationContent(
        recipient=rule.recipient,
        percent=rule.percent,
        before=None if before is None else timedelta(seconds=before),
        clock_kind=rule.clock.value if rule.clock else "",
        role_code=rule.role or "",
        at_night=rule.at_night,
    )
