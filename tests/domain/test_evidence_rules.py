"""Rules of evidence: each finds in the demonstration what SQL written by hand finds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tests.demonstration import AT, Kept
from timshel.context.issue.models import Issue
from timshel.context.people.models import Person
from timshel.improvement.conformity.evidence import RULES, Evidence
from timshel.interfaces.connectors.packs import packs_directory
from timshel.performance_evaluation.measurement.models import MeasuredValue
from timshel.planning.risk.models import Risk
from timshel.service_portfolio.service.models import Service
from timshel.support.competence.models import Certificate
from timshel.support.documentation.models import Document
from timshel.support.meeting.models import Meeting

FOLDER = Path(__file__).parent / "evidence_sql"
PACK = packs_directory() / "standard" / "conformity.yaml"
CODE = re.compile(r"^[a-z_]+\.[a-z0-9_.]+$")
HEADING = re.compile(
    r"^-- (?P<code>[a-z_]+\.[a-z0-9_.]+)\n(?:-- nothing: (?P<nothing>.+)\n)?", re.M
)
PARAMETERS = {
    "@three_years_ago_now": AT - timedelta(days=3 * 365),
    "@three_years_ago": (AT - timedelta(days=3 * 365)).date(),
    "@day_ago": (AT - timedelta(days=365)).date(),
    "@today": AT.date(),
    "@ago": AT - timedelta(days=365),
    "@now": AT,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A count as somebody wrote it.

    Args:
        sql: selects what is current and what is stale.
        nothing: why the demonstration holds nothing current; empty where it does.
    """

    sql: str
    nothing: str = ""

    def ask(self) -> tuple[int, int]:
        names = sorted(PARAMETERS, key=len, reverse=True)
        found: list[Any] = []

        def put(match: re.Match[str]) -> str:
            found.append(PARAMETERS[match[0]])
            return "%s"

        sql = re.sub("|".join(names), put, self.sql)
        with connection.cursor() as cursor:
            cursor.execute(sql, found)
            (row,) = cursor.fetchall()
        return row[0], row[1]


def written() -> dict[str, Written]:
    """Return what stands in the files, by the code of the rule."""
    found: dict[str, Written] = {}
    for path in sorted(FOLDER.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        headings = list(HEADING.finditer(text))
        ends = [*(each.start() for each in headings[1:]), len(text)]
        for heading, end in zip(headings, ends, strict=True):
            assert heading["code"] not in found, heading["code"]
            sql = text[heading.end() : end].strip().rstrip(";")
            found[heading["code"]] = Written(sql, heading["nothing"] or "")
    return found


WRITTEN = written()


@pytest.fixture(scope="class")
def loaded(kept_demonstration: Kept, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Put the demonstration into the database for a class."""
    with django_db_blocker.unblock(), kept_demonstration.put_back():
        yield


@pytest.fixture
def undone() -> Iterator[None]:
    """Take back what a test changed."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def count(code: str, *, at: datetime = AT) -> tuple[int, int]:
    found = RULES[code].find(at)
    return found.current, found.stale


class TestFiles:
    def test_each_has_sql_written_by_hand(self) -> None:
        assert sorted(WRITTEN) == sorted(RULES)
        assert len(RULES) >= 115

    def test_no_two_count_the_same(self) -> None:
        twice = Counter(" ".join(each.sql.split()) for each in WRITTEN.values())
        assert not [sql for sql, times in twice.items() if times > 1]

    def test_most_find_something(self) -> None:
        assert len([each for each in WRITTEN.values() if not each.nothing]) >= 110

    def test_each_says_in_words_what_it_counts(self) -> None:
        assert all(CODE.match(code) and rule.code == code for code, rule in RULES.items())
        meanings = [str(rule.meaning) for rule in RULES.values()]
        assert all(each and not each.endswith(".") for each in meanings)
        assert len(set(meanings)) == len(meanings)

    @pytest.mark.parametrize("page", sorted({rule.page for rule in RULES.values()} - {""}))
    def test_its_page_is_there(self, page: str) -> None:
        assert reverse(page)


class TestDemonstration:
    @pytest.fixture(autouse=True)
    def database(self, loaded: None, undone: None) -> None:
        """Use the organisation of the class as it was loaded."""

    @pytest.mark.parametrize("code", sorted(RULES))
    def test_it_finds_what_the_sql_finds_in_two_queries_at_most(self, code: str) -> None:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = RULES[code].find(AT)
        assert len(queries) <= 2
        assert (found.current, found.stale) == WRITTEN[code].ask()
        assert found.latest is None or found.latest <= AT

    @pytest.mark.parametrize("code", sorted(RULES))
    def test_the_demonstration_holds_something_or_it_is_said_why_not(self, code: str) -> None:
        assert bool(RULES[code].find(AT).current) != bool(WRITTEN[code].nothing)

    def test_a_document_that_is_retired_counts_no_more(self) -> None:
        before = count("document.of_5.2")
        assert before == (1, 0)
        Document.objects.filter(code="service-management-policy").update(
            current=None, withdrawn_at=AT
        )
        assert count("document.of_5.2") == (0, 1)
        assert count("policy.in_force") == (1, 1)

    def test_a_day_of_review_that_passes_makes_a_document_stale(self) -> None:
        policy = Document.objects.get(code="service-management-policy")
        assert policy.review_date is not None
        day = datetime.combine(policy.review_date, AT.timetz())
        assert count("document.of_5.2", at=day) == (1, 0)
        assert count("document.of_5.2", at=day + timedelta(days=1)) == (0, 1)

    def test_a_review_of_management_is_stale_after_a_year(self) -> None:
        last = Meeting.objects.filter(board__kind="management_review", state="minuted").latest(
            "starts_at"
        )
        assert count("review.held", at=last.starts_at + timedelta(days=364))[0] == 1
        current, stale = count("review.held", at=last.starts_at + timedelta(days=366))
        assert (current, stale) == (0, 4)

    def test_the_newest_is_told_as_a_moment(self) -> None:
        last = Meeting.objects.filter(
            board__kind="management_review", state="minuted", starts_at__lte=AT
        ).latest("starts_at")
        assert RULES["review.held"].find(AT).latest == last.starts_at
        value = MeasuredValue.objects.latest("last_day")
        day = datetime.combine(value.last_day, time(), tzinfo=UTC)
        assert RULES["measured.value"].find(AT).latest == day

    def test_a_risk_that_is_closed_is_none_any_more(self) -> None:
        current, stale = count("risk.in_contract")
        Risk.objects.filter(area__code="contract").update(state="closed", closed_at=AT)
        assert count("risk.in_contract") == (0, current + stale)

    def test_a_risk_not_reviewed_in_time_is_stale(self) -> None:
        current, stale = count("risk.in_review")
        assert current
        later = AT + timedelta(days=3 * 365)
        assert count("risk.in_review", at=later) == (0, current + stale)

    def test_an_issue_without_an_owner_proves_nothing(self) -> None:
        current, _stale = count("issue.in_review")
        issue = Issue.objects.filter(review_date__gte=AT.date()).exclude(state="closed")[0]
        Issue.objects.filter(pk=issue.pk).update(owner=None)
        assert count("issue.in_review")[0] == current - 1

    def test_a_level_is_stale_with_its_certificate(self) -> None:
        certificates, levels = count("competence.certificate"), count("competence.level")
        row = Certificate.objects.filter(
            skill__needs_certificate=True, expires_on__gt=AT.date(), person__is_active=True
        ).earliest("expires_on")
        assert row.expires_on is not None
        day = datetime.combine(row.expires_on, AT.timetz())
        assert count("competence.certificate", at=day) == certificates
        assert count("competence.level", at=day) == levels
        day += timedelta(days=1)
        assert count("competence.certificate", at=day) == (certificates[0] - 1, certificates[1] + 1)
        assert count("competence.level", at=day) == (levels[0] - 1, levels[1] + 1)

    def test_an_indicator_that_is_not_read_is_stale(self) -> None:
        current, stale = count("indicator.in_time")
        assert current
        assert count("indicator.in_time", at=AT + timedelta(days=366)) == (0, current + stale)

    def test_a_plan_wants_a_new_version_each_year(self) -> None:
        assert count("plan.approved") == (1, 1)
        assert count("plan.approved", at=AT + timedelta(days=100)) == (0, 2)

    def test_a_service_whose_owner_left_is_stale(self) -> None:
        current, stale = count("service.owned")
        owner = Service.objects.filter(life_cycle="live", owner__isnull=False)[0].owner
        assert owner is not None
        owned = Service.objects.filter(owner=owner, life_cycle="live").count()
        Person.objects.filter(pk=owner.pk).update(is_active=False)
        assert count("service.owned") == (current - owned, stale + owned)

    def test_a_service_that_is_retired_leaves_the_scope_behind(self) -> None:
        current, stale = count("scope.live_service")
        Service.objects.filter(code="mail").update(life_cycle="retired")
        assert count("scope.live_service") == (current - 1, stale + 1)


@pytest.mark.django_db
class TestEmpty:
    @pytest.mark.parametrize("code", sorted(RULES))
    def test_nothing_is_found_where_nothing_was_done(self, code: str) -> None:
        assert RULES[code].find(AT) == Evidence(0, 0, None)


@cache
def model() -> dict[str, Any]:
    """Return the only model of the pack."""
    (found,) = yaml.safe_load(PACK.read_text(encoding="utf-8"))["models"]
    return dict(found)


class TestPack:
    def test_it_asks_176_questions_with_codes_of_their_own(self) -> None:
        codes = [each["code"] for each in model()["questions"]]
        assert len(codes) == len(set(codes)) == 176

    def test_they_are_numbered_within_their_clauses(self) -> None:
        clauses = [each["number"] for each in model()["clauses"]]
        assert len(clauses) == len(set(clauses))
        asked: Counter[str] = Counter()
        for each in model()["questions"]:
            asked[each["clause"]] += 1
            assert each["code"] == f"{each['clause']}-{asked[each['clause']]}"
        assert set(asked) <= set(clauses)

    def test_each_has_rules_that_exist_or_says_what_is_shown_by_hand(self) -> None:
        for each in model()["questions"]:
            rules = each.get("rules", [])
            assert bool(rules) != bool(each.get("by_hand")), each["code"]
            assert set(rules) <= set(RULES), each["code"]
            assert len(set(rules)) == len(rules)
        assert len([each for each in model()["questions"] if each.get("rules")]) >= 115

    def test_each_rule_answers_something(self) -> None:
        named = {rule for each in model()["questions"] for rule in each.get("rules", ())}
        assert named == set(RULES)

    def test_all_is_there_in_french(self) -> None:
        for each in model()["clauses"]:
            assert each["translations"]["fr"]["title"]
        for each in model()["questions"]:
            assert each["translations"]["fr"]["text"] != each["text"]
