"""Agreements from the first draft to their end: listed, compared, judged, tried, signed, chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.agreements import ALWAYS, calendar, content, line, publish
from tests.cast import AT, FOUNDED, SYSTEM, Cast, later, opened
from tests.errands import run_errands
from tests.incidents import upload
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.kernel.progress.models import Errand
from timshel.operation.work.files import path_of
from timshel.relationship_agreement.service_level import actions
from timshel.relationship_agreement.service_level.models import Agreement, Clock, LevelChoice
from timshel.relationship_agreement.service_level.queries.agreements import (
    AgreementFilters,
    Standing,
    agreement,
    agreement_list,
)
from timshel.relationship_agreement.service_level.queries.applicable import (
    Question,
    applicable,
    level_holders,
    promised,
)
from timshel.relationship_agreement.service_level.queries.previews import preview, previews_of
from timshel.relationship_agreement.service_level.queries.soundness import draft_findings
from timshel.relationship_agreement.service_level.rules.comparison import Change
from timshel.relationship_agreement.service_level.rules.fitting import Severity
from timshel.relationship_agreement.service_level.rules.previewing import Outcome
from timshel.relationship_agreement.service_level.states import AgreementKind, ClockKind
from timshel.resolution_fulfilment.incident.actions import resolve_incident

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def listed(cast: Cast, **filters: Any) -> list[str]:
    """The codes of the agreements that meet filters."""
    rows = agreement_list(AgreementFilters(**filters), today=TODAY, actor=cast.process_owner, at=AT)
    return [row.code for row in rows]


def test_the_list_is_filtered_by_what_people_see(cast: Cast) -> None:
    publish("climate", content(review_date=TODAY))
    operational = content(
        kind=AgreementKind.OPERATIONAL,
        name="Workplace",
        unit=None,
        services=(),
        provider_team="workplace",
        targets=(line("hop", 4),),
    )
    publish("workplace", operational)
    actions.save_draft("mail", content=content(services=("mail",)), actor=SYSTEM, at=AT)
    assert listed(cast) == ["climate", "mail", "standard", "workplace"]
    assert listed(cast, kind=AgreementKind.OPERATIONAL) == ["workplace"]
    assert listed(cast, standing=Standing.DRAFT) == ["mail"]
    assert listed(cast, standing=Standing.IN_FORCE) == ["climate", "standard", "workplace"]
    assert listed(cast, party="oceans") == ["climate", "mail"]
    assert listed(cast, party="workplace dev") == ["workplace"]
    assert listed(cast, service="laptop") == ["climate"]
    assert listed(cast, is_review_due=True) == ["climate"]
    assert listed(cast, text="LAPTOPS") == ["climate", "mail"]


def test_the_list_says_who_promises_with_whom_in_one_line(cast: Cast) -> None:
    publish("climate", content())
    team = content(
        kind=AgreementKind.OPERATIONAL,
        unit=None,
        services=(),
        provider_team="workplace",
        targets=(line("hop", 4),),
    )
    publish("for-all", team)
    publish("for-one", replace(team, recipient_team="service-desk"))
    rows = agreement_list(AgreementFilters(), today=TODAY, actor=cast.process_owner, at=AT)
    assert {row.code: row.between for row in rows} == {
        "climate": "Climate and Oceans",
        "for-all": "Workplace devices for every team",
        "for-one": "Workplace devices for IT service desk",
        "standard": "Everybody",
    }
    assert {row.party for row in rows if row.code == "for-all"} == {"Every team"}


def test_versions_standings_and_who_published_them(cast: Cast) -> None:
    publish("climate", content(), actor=cast.process_owner)
    faster = content(targets=(line("respond", 30, unit="minutes"), line("resolve", 8)))
    actions.save_draft("climate", content=faster, actor=cast.administrator, at=AT)
    actions.publish_draft(
        "climate", valid_from=later(days=7), actor=cast.administrator, at=later(minutes=5)
    )
    actions.save_draft("climate", content=content(), actor=cast.administrator, at=later(hours=1))
    view = agreement("climate", actor=cast.auditor, at=later(hours=2))
    assert [(each.number, each.standing) for each in view.versions] == [
        (3, Standing.DRAFT),
        (2, Standing.PLANNED),
        (1, Standing.IN_FORCE),
    ]
    assert view.shown.number == 1
    published = [each.published for each in view.versions]
    assert published[0] is None
    assert (published[1] and published[1].by, published[1] and published[1].at) == (
        cast.administrator.name,
        later(minutes=5),
    )
    assert view.compared(view.version(1), view.version(2)) == (
        Change("Time to respond", "1 hour", "30 minutes"),
    )
    assert not view.may_change
    assert agreement("climate", actor=cast.service_owner, at=AT).may_change
    ended = agreement("climate", actor=cast.auditor, at=later(days=8))
    assert [each.standing for each in ended.versions] == [
        Standing.DRAFT,
        Standing.IN_FORCE,
        Standing.ENDED,
    ]


def test_agreements_are_seen_by_those_with_the_right_alone(cast: Cast) -> None:
    for ask in (
        lambda: agreement("standard", actor=cast.requester, at=AT),
        lambda: agreement_list(AgreementFilters(), today=TODAY, actor=cast.agent, at=AT),
        lambda: applicable(Question(priority=1), actor=cast.agent, at=AT),
        lambda: actions.begin_preview(
            "standard", opened_from=FOUNDED, opened_until=AT, actor=cast.agent, at=AT
        ),
    ):
        with pytest.raises(NotAllowed):
            ask()
    with pytest.raises(NotFound):
        agreement("nothing", actor=cast.auditor, at=AT)


def test_an_error_blocks_publishing_and_a_warning_does_not(cast: Cast) -> None:
    wrong = content(targets=(line("respond", 8), line("resolve", 1)))
    actions.save_draft("climate", content=wrong, actor=cast.service_owner, at=AT)
    told = draft_findings("climate", today=TODAY, actor=cast.service_owner, at=AT)
    assert [each.code for each in told if each.severity is Severity.ERROR] == [
        "resolve_before_respond"
    ]
    entries = Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        actions.publish_draft("climate", actor=cast.service_owner, at=AT)
    assert list(refused.value.fields) == ["targets"]
    assert Entry.objects.count() == entries
    assert Agreement.objects.get(code="climate").is_draft
    unowned = content(targets=(line("resolve", 8),), review_date=None)
    actions.save_draft("climate", content=unowned, actor=cast.service_owner, at=AT)
    told = draft_findings("climate", today=TODAY, actor=cast.service_owner, at=AT)
    assert {each.code for each in told} == {"respond_missing", "review_missing", "owner_missing"}
    actions.publish_draft("climate", actor=cast.service_owner, at=AT)
    assert not Agreement.objects.get(code="climate").is_draft


def test_a_draft_saved_by_somebody_else_meanwhile_is_not_written_over(cast: Cast) -> None:
    first = actions.save_draft("climate", content=content(), actor=cast.service_owner, at=AT)
    actions.save_draft("climate", content=content(name="Theirs"), actor=cast.process_owner, at=AT)
    with pytest.raises(WrongState):
        actions.save_draft(
            "climate",
            content=content(name="Mine"),
            seen_revision=first.revision,
            actor=cast.service_owner,
            at=AT,
        )
    assert Agreement.objects.get(code="climate").name == "Theirs"


def test_which_would_apply_says_why_and_what_comes_next(cast: Cast) -> None:
    publish("climate", content())
    question = Question(
        priority=2, requester_id=cast.requester.person_id, offering="laptop-standard"
    )
    found = {each.kind: each for each in applicable(question, actor=cast.process_owner, at=AT)}
    first, following = found[ClockKind.RESOLVE].weighed[:2]
    assert (first.code, first.is_first, first.target) == ("climate", True, "8 hours")
    assert first.reason == (
        "It is made with the unit of whoever asked: Climate and Oceans. It names the service: "
        "Laptop and screen."
    )
    assert (following.code, following.applies, following.is_first) == ("standard", True, False)
    assert following.reason == (
        "It would apply, but another one goes before it. It is made with everybody. "
        "It covers everything."
    )
    elsewhere = Question(priority=2, unit="materials", service="laptop")
    found = {each.kind: each for each in applicable(elsewhere, actor=cast.process_owner, at=AT)}
    decided = found[ClockKind.RESPOND]
    assert decided.first is not None
    assert decided.first.code == "standard"
    assert decided.weighed[-1].reason == "It is made with somebody else: Climate and Oceans."
    with pytest.raises(Invalid):
        applicable(Question(priority=2, unit="nowhere"), actor=cast.process_owner, at=AT)


def test_people_are_told_what_they_are_promised(cast: Cast) -> None:
    publish("climate", content(text="We come to you."))
    mine = promised(actor=cast.requester, at=AT)
    assert mine.party == "Climate and Oceans"
    own, rest = mine.groups
    assert (own.services, own.agreements) == (
        ("Laptop and screen",),
        ("Laptops of Climate and Oceans",),
    )
    assert own.text == "We come to you."
    assert own.lines[0].amounts == {ClockKind.RESPOND: "1 hour", ClockKind.RESOLVE: "8 hours"}
    assert rest.services == ("Heating and air", "Mail")
    (theirs,) = promised(actor=cast.other_requester, at=AT).groups
    assert theirs.services == ("Heating and air", "Laptop and screen", "Mail")


def test_a_customer_sees_the_levels_and_has_one_once_it_is_set(cast: Cast) -> None:
    level = content(
        name="Partners, faster",
        unit=None,
        is_option=True,
        price=Decimal(90),
        currency="EUR",
        price_period="month",
    )
    publish("faster", level)
    before = promised(actor=cast.customer, at=AT)
    assert [(each.code, each.price, each.since) for each in before.levels] == [
        ("faster", "90.00 EUR a month", None)
    ]
    assert before.customer_id is not None
    with pytest.raises(NotAllowed):
        actions.choose_level("faster", customer_id=before.customer_id, actor=cast.customer, at=AT)
    assert not LevelChoice.objects.exists()
    by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
    actions.choose_level("faster", customer_id=before.customer_id, **by)
    assert [each[1] for each in level_holders("faster")] == ["Brackwater Harbour Authority"]
    after = promised(actor=cast.customer, at=later(1))
    assert after.levels[0].since == AT
    assert after.groups[0].agreements == ("Partners, faster",)
    assert promised(actor=cast.requester, at=AT).levels == ()


def test_the_signed_document_is_kept_with_its_version(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIRECTORY = tmp_path
    publish("climate", content())
    file = upload("signed.pdf", b"%PDF-1.7", "application/pdf")
    with pytest.raises(NotAllowed):
        actions.attach_document("climate", number=1, upload=file, actor=cast.auditor, at=AT)
    assert agreement("climate", actor=cast.auditor, at=AT).shown.document is None
    actions.attach_document("climate", number=1, upload=file, actor=cast.service_owner, at=AT)
    kept = agreement("climate", actor=cast.auditor, at=AT).shown.document
    assert kept is not None
    assert (kept.name, kept.media_type, kept.size) == ("signed.pdf", "application/pdf", 8)
    assert path_of(kept.sha256).read_bytes() == b"%PDF-1.7"
    for number, empty in ((2, b"x"), (1, b"")):
        with pytest.raises((NotFound, Invalid)):
            actions.attach_document(
                "climate",
                number=number,
                upload=upload("signed.pdf", empty),
                actor=cast.service_owner,
                at=AT,
            )


def tried(cast: Cast, said: Any, *, days: int = 1) -> Any:
    """Draft, try it over the cases of some days, and return what came of it."""
    actions.save_draft("climate", content=said, actor=cast.process_owner, at=later(hours=6))
    key = actions.begin_preview(
        "climate",
        opened_from=FOUNDED,
        opened_until=later(days=days),
        actor=cast.process_owner,
        at=later(hours=6),
    )
    assert run_errands(at=later(hours=6)) == ["agreements.preview"]
    return preview(key, actor=cast.process_owner)


def test_a_draft_is_tried_over_past_cases_and_nothing_changes(cast: Cast) -> None:
    quick, slow = opened(cast.requester), opened(cast.requester)
    resolve_incident(quick, code="fixed", text="Done.", actor=cast.agent, at=later(minutes=30))
    resolve_incident(slow, code="fixed", text="Done.", actor=cast.agent, at=later(hours=3))
    opened(cast.other_requester)
    opened(cast.requester, service="mail")
    clocks = list(Clock.objects.order_by("pk").values())
    entries = Entry.objects.exclude(subject_kind__in=["agreement", "errand"]).count()
    targets = (
        line("respond", 4, attainment_percent=Decimal(90)),
        line("resolve", 1, attainment_percent=Decimal(90)),
    )
    found = tried(cast, content(targets=(replace(targets[0], amount=1), targets[1])))
    assert found.read == 3  # all about laptops, but for none about mail
    lines = {each.kind: each for each in found.lines}
    resolve = lines[ClockKind.RESOLVE]
    assert (resolve.cases, resolve.goal) == (2, Decimal(90))
    assert (resolve.tried.met, resolve.tried.missed) == (1, 1)
    assert resolve.tried.attainment == Decimal("50.0")
    assert (resolve.real.met, resolve.real.missed) == (2, 0)
    assert resolve.real.attainment == Decimal("100.0")
    differing = [(each.number, each.kind, each.tried, each.real) for each in found.differing]
    assert (slow, ClockKind.RESOLVE, Outcome.MISSED, Outcome.MET) in differing
    assert all(number == slow for number, *_rest in differing)
    assert list(Clock.objects.order_by("pk").values()) == clocks
    assert Entry.objects.exclude(subject_kind__in=["agreement", "errand"]).count() == entries
    assert [key for key, *_rest in previews_of("climate", actor=cast.process_owner)]


def test_a_preview_counts_what_its_asker_may_see_and_is_shown_to_nobody_who_sees_less(
    cast: Cast,
) -> None:
    opened(cast.requester)
    opened(cast.requester, service="heating")
    said = content(services=(), unit="institute")
    actions.save_draft("all", content=said, actor=cast.process_owner, at=AT)
    period = {"opened_from": FOUNDED, "opened_until": later(days=1)}
    own = actions.begin_preview("all", **period, actor=cast.service_owner, at=AT)
    whole = actions.begin_preview("all", **period, actor=cast.process_owner, at=AT)
    run_errands(at=AT + timedelta(minutes=1))
    assert preview(own, actor=cast.service_owner).read == 1
    assert preview(whole, actor=cast.process_owner).read == 2
    assert preview(own, actor=cast.auditor).read == 1
    with pytest.raises(NotFound):
        preview(whole, actor=cast.service_owner)


def test_a_preview_needs_a_draft_and_a_period(cast: Cast) -> None:
    by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
    with pytest.raises(NotFound):
        actions.begin_preview("standard", opened_from=FOUNDED, opened_until=AT, **by)
    actions.save_draft("climate", content=content(), **by)
    with pytest.raises(Invalid):
        actions.begin_preview("climate", opened_from=AT, opened_until=AT, **by)
    assert not Errand.objects.filter(kind="agreements.preview").exists()


def test_hours_of_those_who_keep_a_promise_are_found(cast: Cast) -> None:
    calendar("always", ALWAYS)
    from timshel.relationship_agreement.service_level.models import CalendarUse

    CalendarUse.objects.create(calendar_code="office-hours", team_id=cast.teams["service-desk"])
    said = content(calendar="always", targets=(line("respond", 15, unit="minutes"),))
    actions.save_draft("climate", content=said, actor=cast.service_owner, at=AT)
    told = {
        each.code: each.sentence
        for each in draft_findings("climate", today=TODAY, actor=cast.service_owner, at=AT)
    }
    assert "IT service desk, who works in the hours of “" in told["closed_meanwhile"]
