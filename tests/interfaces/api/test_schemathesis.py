"""Whatever the document of the API allows or forbids, the answers keep to it, for every role.

All checks of schemathesis run, and one of ours: what follows the document is never refused for
its shape, only by a rule that depends on other fields or records. The usual run is a small one;
``TIMSHEL_API_CASES=5000 pytest tests/interfaces/api/test_schemathesis.py`` is a thorough one, and
``TIMSHEL_API_COVERAGE=1`` adds the cases that schemathesis makes of the edges of each field.
``TIMSHEL_API_REPORT=/tmp/said`` writes what failed, and what each operation answered how often.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from tests.cast import AT, SYSTEM
from tests.interfaces.api.rehearsal import Rehearsal, on_stage
from tests.interfaces.test_rights import Scene
from timshel.interfaces.api.operations import declared
from timshel.interfaces.api.urls import API
from timshel.leadership.authority.actions import grant_role
from timshel.leadership.authority.queries import role_codes

CASES = int(os.environ.get("TIMSHEL_API_CASES", "600"))
COVERAGE = "TIMSHEL_API_COVERAGE" in os.environ
SEED = int(os.environ.get("TIMSHEL_API_SEED", "20000"))
EVERYTHING = "administrator"
# The administrator is given every role there is.
CALLERS = (EVERYTHING, "agent", "requester")
# How many cases come of one that is drawn: with the examples of the document, the same without a
# token or with a wrong one, and the chains.
PER_DRAWN = 2
# How many chains of calls there are for each time that an operation is asked by itself.
CHAINS = 10
FIRST_REFUSAL = 400
PATIENCE = 120  # seconds, however busy the machine is
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# What is never done for any of them, and why.
UNREACHED = {
    "POST /api/v1/requests/{number}/events": "no process of the scene waits for one",
    "DELETE /api/v1/report-subscriptions/{subscription_id}": "it is the process owner's own",
    "DELETE /api/v1/search/kept/{search_id}": "it is the lead's own",
}
# Steps of the management system that wait for an earlier one, or for the person whom it names: a
# chain reaches them by chance. The tests of each part do them.
STEPS = {
    "DELETE /api/v1/competences/paths/{number}/steps/{step}",
    "GET /api/v1/conformity/exports/{conformity_export}/file",
    "GET /api/v1/documents/{document}/versions/{document_version}/file",
    "GET /api/v1/mandates/who-may",
    "GET /api/v1/service-management-plan/differences",
    "POST /api/v1/audits/findings/{number}/answer",
    "POST /api/v1/audits/findings/{number}/judge",
    "POST /api/v1/audits/programmes/{code}/move",
    "POST /api/v1/audits/{number}/close",
    "POST /api/v1/audits/{number}/findings",
    "POST /api/v1/audits/{number}/follow-up",
    "POST /api/v1/audits/{number}/notes",
    "POST /api/v1/audits/{number}/photos",
    "POST /api/v1/audits/{number}/photos/{position}/remove",
    "POST /api/v1/audits/{number}/report",
    "POST /api/v1/audits/{number}/samples",
    "POST /api/v1/audits/{number}/start",
    "POST /api/v1/competences/learning",
    "POST /api/v1/competences/learning/{number}/steps/{step}/sign",
    "POST /api/v1/competences/people/{person}/skills/{skill}/decline",
    "POST /api/v1/documents/{document}/approve",
    "POST /api/v1/documents/{document}/send-back",
    "POST /api/v1/improvements/{number}/finish",
    "POST /api/v1/improvements/{number}/measure",
    "POST /api/v1/improvements/{number}/plan",
    "POST /api/v1/improvements/{number}/resume",
    "POST /api/v1/improvements/{number}/start",
    "POST /api/v1/management-reviews",
    "POST /api/v1/management-reviews/{review}/close",
    "POST /api/v1/management-reviews/{review}/hold",
    "POST /api/v1/mandates/{mandate}/end",
    "POST /api/v1/mandates/{mandate}/put-in-force",
    "POST /api/v1/meetings/{meeting}/approve",
    "POST /api/v1/nonconformities/{number}/close",
    "POST /api/v1/nonconformities/{number}/effect",
    "POST /api/v1/nonconformities/{number}/implementation",
    "POST /api/v1/nonconformities/{number}/plan",
    "POST /api/v1/nonconformities/{number}/verdict",
    "POST /api/v1/objectives/{number}/readings/count",
    "POST /api/v1/recommendations/{number}/close",
    "POST /api/v1/recommendations/{number}/implementation",
    "POST /api/v1/recommendations/{number}/reopen",
    "POST /api/v1/risks/{risk}/reopen",
    "POST /api/v1/service-management-plan/approve",
    "POST /api/v1/service-management-plan/begin",
    "POST /api/v1/service-management-plan/parts/{plan_part}/review",
    "POST /api/v1/service-management-plan/withdraw",
    "PUT /api/v1/audits/{number}/notes/{position}",
    "PUT /api/v1/audits/{number}/questions/{position}",
    "PUT /api/v1/improvements/{number}",
    "PUT /api/v1/management-reviews/{review}",
    "PUT /api/v1/management-reviews/{review}/outputs/{output}",
    "PUT /api/v1/nonconformities/{number}/analysis",
    "PUT /api/v1/objectives/{number}",
    "PUT /api/v1/service-management-plan/parts/{plan_part}",
}
# Beyond those of schemathesis: the tag that a case draws for If-Match is hardly ever the present
# one, and what follows the document may still be refused by a rule.
ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "411", "412", "413", "422", "428", "429"]
# What is wrong in a request may be told after the condition it names was not met.
REFUSED = ["400", "401", "403", "404", "405", "409", "411", "412", "413", "414", "422", "429"]

pytestmark = [
    pytest.mark.filterwarnings("default"),
]


@schemathesis.check
def shape_is_what_the_document_says(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> bool | None:
    """Refuse that something was called misshapen though it follows the document."""
    meta = case.meta
    if response.status_code != 422 or meta is None or not meta.generation.mode.is_positive:
        return None
    problem = response.json()
    assert problem["cause"] == "rule", f"misshapen by the server only: {problem['errors']}"
    return None


@dataclass
class Outcome:
    """What came of a run."""

    cases: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    by_operation: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    failures: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, other: Outcome) -> None:
        """Take in what came of another run."""
        self.cases += other.cases
        self.answers += other.answers
        for label, codes in other.by_operation.items():
            self.by_operation[label] += codes
        self.failures = {**other.failures, **self.failures}

    def told(self) -> list[str]:
        """Return what failed, as people read it."""
        return [f"{label}: {name}\n{told}" for (label, name), told in self.failures.items()]

    def note(self, event: Any) -> None:
        """Take in what the engine tells."""
        if isinstance(event, events.NonFatalError):
            self.failures[str(event.label), "error"] = str(event.value)
        if isinstance(event, events.FatalError):
            raise event.exception
        if not isinstance(event, events.ScenarioFinished):
            return
        recorder = event.recorder
        self.cases += len(recorder.interactions)
        for case_id, made in recorder.interactions.items():
            if made.response is not None:
                self.answers[made.response.status_code] += 1
                label = recorder.cases[case_id].value.operation.label
                self.by_operation[label][made.response.status_code] += 1
        for case_id, checks in recorder.checks.items():
            for check in checks:
                if check.status == Status.FAILURE and check.failure_info is not None:
                    asked = recorder.cases[case_id].value
                    told = f"{check.failure_info.failure}\n{asked.as_curl_command()}"
                    made = recorder.interactions.get(case_id)
                    if made is not None and made.response is not None:
                        told += f"\n{made.response.status_code} {made.response.content[:400]!r}"
                    self.failures.setdefault((asked.operation.label, check.name), told)


def ask(rehearsal: Rehearsal, caller: str, *, phases: Iterable[str], examples: int) -> Outcome:
    """Ask every operation of the document, and return what came of it.

    Args:
        rehearsal: the product, with a scene.
        caller: who asks.
        phases: of schemathesis.
        examples: how often each operation is asked; in chains, how many of them there are.
    """
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "workers": 1,
            "continue-on-failure": True,
            "request-timeout": PATIENCE,
            "headers": {"Authorization": f"Bearer {rehearsal.scene.tokens[caller]}"},
            "generation": {
                "max-examples": examples,
                "database": "none",
                "no-shrink": True,
                "deterministic": True,
            },
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ACCEPTED},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            },
            "phases": {each: {"enabled": each in phases} for each in PHASES},
        }
    )
    outcome = Outcome()
    with on_stage(rehearsal) as address:
        where = f"{address}/api/v1/openapi.json"
        schema = schemathesis.openapi.from_url(where, config=config, timeout=PATIENCE)
        for event in from_schema(schema).execute():
            outcome.note(event)
    return outcome


@pytest.fixture
def rehearsal(transactional_db: None, tmp_path: Path, settings: Any) -> Rehearsal:
    settings.DATA_DIRECTORY = tmp_path
    settings.API_REQUESTS_PER_MINUTE = 0
    return Rehearsal(Scene())


def test_every_answer_keeps_to_the_document(rehearsal: Rehearsal) -> None:
    person = rehearsal.scene.cast.administrator.person_id
    assert person is not None
    for role in sorted(role_codes()):
        grant_role(person, role=role, actor=SYSTEM, at=AT)
    each = ceil(CASES / (PER_DRAWN * len(CALLERS) * len(list(declared(API)))))
    alone = ("examples", "fuzzing", *(("coverage",) if COVERAGE else ()))
    outcomes = {caller: ask(rehearsal, caller, phases=alone, examples=each) for caller in CALLERS}
    # Chains keep what they do: they come when everybody found the scene as it was built.
    for caller, outcome in outcomes.items():
        outcome.add(ask(rehearsal, caller, phases=("stateful",), examples=CHAINS * each))
    tell(outcomes)
    failures = {caller: told for caller, outcome in outcomes.items() if (told := outcome.told())}
    assert failures == {}, json.dumps(failures, indent=1)
    assert sum(outcome.cases for outcome in outcomes.values()) >= CASES
    assert unreached(outcomes.values()) - STEPS == set(UNREACHED)


def tell(outcomes: Mapping[str, Outcome]) -> None:
    """Print how much was asked, and write what was answered where it is wanted."""
    for caller, outcome in outcomes.items():
        print(f"{caller}: {outcome.cases} cases, {dict(sorted(outcome.answers.items()))}")  # noqa: T201
    if where := os.environ.get("TIMSHEL_API_REPORT"):
        for caller, outcome in outcomes.items():
            said = {"failures": outcome.told(), "answers": outcome.by_operation}
            Path(f"{where}-{caller}.json").write_text(json.dumps(said, indent=1))


def unreached(outcomes: Iterable[Outcome]) -> set[str]:
    """Return the operations that answered nobody well."""
    found: dict[str, int] = {}
    for outcome in outcomes:
        for label, codes in outcome.by_operation.items():
            found[label] = min(*codes, found.get(label, FIRST_REFUSAL))
    return {label for label, code in found.items() if code >= FIRST_REFUSAL}
