"""Risks and opportunities: judged, treated, accepted, reviewed; who may, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, actor, later
from tests.witness import Witness
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.leadership.authority import actions as authority
from timshel.planning.planned_action.actions import ActionPlan, plan_action
from timshel.planning.planned_action.rules import About
from timshel.planning.planned_action.states import ActionKind
from timshel.planning.risk import access, actions, subjects
from timshel.planning.risk.events import RiskChanged, RiskIdentified, RiskOccurred
from timshel.planning.risk.models import Risk, RiskAnalysis
from timshel.planning.risk.queries import (
    RiskFilter,
    area_list,
    criteria,
    heat_map,
    owner_list,
    risk,
    risk_list,
    risk_summary,
    whole_register,
)
from timshel.planning.risk.rules import (
    Analysis,
    BandContent,
    Criteria,
    Level,
    LevelWords,
    Link,
    Occurrence,
    Review,
    RiskContent,
    Treatment,
)
from timshel.planning.risk.states import RISK, Basis, LinkKind, RiskState, RiskTrigger

pytestmark = pytest.mark.django_db
FIRE = RiskContent(
    title="The server room burns",
    area="corporate",
    owner="adaeze.thornquist",
    event="A fire stops the servers.",
    cause="Old batteries.",
    consequence="No mail for days.",
    links=(Link("service", "mail"), Link("supplier", "northmere")),
)
MEDIUM = Analysis(Level(2, 4), None, "It happened elsewhere.")
HIGH = Analysis(Level(3, 5), None, "It nearly happened.")
HIGHEST = Analysis(Level(5, 5), None, "It smells of smoke.")
NEW_BATTERIES = Treatment("reduce", "New batteries.", Level(1, 4), date(2026, 9, 1))
TOMORROW = date(2026, 3, 3)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [RiskIdentified, RiskChanged, RiskOccurred])


def identified(by: Actor, content: RiskContent = FIRE) -> str:
    return actions.identify_risk(content, actor=by, at=AT)


def analysed(cast: Cast, analysis: Analysis = MEDIUM, content: RiskContent = FIRE) -> str:
    number = identified(cast.process_owner, content)
    actions.analyse_risk(number, analysis=analysis, actor=cast.process_owner, at=AT)
    return number


def numbers(who: Actor, **asked: Any) -> list[str]:
    return [row.number for row in risk_list(actor=who, at=AT, asked=RiskFilter(**asked)).items]


def view(number: str, by: Actor) -> Any:
    return risk(number, actor=by, at=AT)


def test_a_risk_is_identified_with_all_that_is_said_of_it(cast: Cast, witness: Witness) -> None:
    with witness.watching() as seen:
        number = identified(cast.process_owner)
    assert seen.verbs == ["risk.identified"]
    assert seen.entry.changes["links"] == [None, ["service:mail", "supplier:northmere"]]
    assert type(seen.fact) is RiskIdentified
    assert seen.regions == {"risks"}
    shown = view(number, cast.auditor)
    assert (shown.row.number, shown.row.state) == (number, RiskState.IDENTIFIED)
    assert (shown.row.area, shown.row.owner) == ("Corporate", "Adaeze Thornquist")
    assert [(each.kind, each.name) for each in shown.links] == [
        ("service", "Mail"),
        ("supplier", "Northmere Devices"),
    ]
    assert (shown.row.score, shown.row.band, shown.identified_by) == (
        None,
        None,
        "Bastian Nwosu-Hale",
    )
    assert not shown.may_answer


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"event": ""}, "event"),
        ({"cause": "\0"}, "cause"),
        ({"consequence": "x" * 5_001}, "consequence"),
        ({"area": "nowhere"}, "area"),
        ({"area": "\0"}, "area"),
        ({"owner": "nobody"}, "owner"),
        ({"owner": "nora.fitzallan"}, "owner"),
        ({"links": (Link("service", "nowhere"),)}, "links"),
        ({"links": (Link("odd", "mail"),)}, "links"),
        ({"links": tuple(Link("service", f"s{each}") for each in range(51))}, "links"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, witness: Witness, change: dict[str, Any], field: str
) -> None:
    with witness.refused(Invalid) as caught:
        identified(cast.process_owner, replace(FIRE, **change))
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == [field]


def test_who_manages_all_risks_or_those_of_a_service(cast: Cast, witness: Witness) -> None:
    for who in (cast.requester, cast.agent, cast.manager, cast.auditor, cast.administrator):
        with witness.refused(NotAllowed):
            identified(who)
    with witness.refused(NotAllowed):
        identified(cast.service_owner, replace(FIRE, links=()))
    number = identified(cast.service_owner, replace(FIRE, owner="jonas.okereke"))
    assert view(number, cast.service_owner).may_manage
    with witness.refused(NotAllowed):
        gone = replace(FIRE, links=(Link("service", "heating"),))
        actions.change_risk(number, content=gone, actor=cast.service_owner, at=AT)
    for who in (cast.manager, cast.auditor):
        with witness.refused(NotAllowed):
            actions.change_risk(number, content=FIRE, actor=who, at=AT)
    with witness.refused(NotFound):
        actions.change_risk(number, content=FIRE, actor=cast.second_agent, at=AT)


def test_who_sees_which_risk(cast: Cast) -> None:
    mail = identified(cast.process_owner)
    heating = identified(
        cast.process_owner,
        replace(FIRE, owner="jonas.okereke", links=(Link("service", "heating"),)),
    )
    for who in (cast.process_owner, cast.manager, cast.auditor, cast.administrator, SYSTEM):
        assert numbers(who) == [mail, heating]
    assert numbers(cast.service_owner) == [mail]
    assert numbers(cast.agent) == [heating]
    assert numbers(cast.requester) == []
    assert access.may_see(heating, actor=cast.agent)
    assert not access.may_see(mail, actor=cast.agent)
    for wrong in (mail, "RSK9999999", "RSK0", "nonsense", "RSK" + "9" * 19):
        with pytest.raises(NotFound):
            risk(wrong, actor=cast.agent, at=AT)


def test_it_is_changed_and_the_same_again_changes_nothing(cast: Cast, witness: Witness) -> None:
    number = identified(cast.process_owner)
    other = replace(FIRE, title="It floods", links=(Link("service", "laptop"),))
    with witness.watching() as seen:
        actions.change_risk(
            number, content=other, actor=cast.process_owner, at=later(5), revision=1
        )
    assert seen.verbs == ["risk.changed"]
    assert set(seen.entry.changes) == {"title", "links"}
    assert type(seen.fact) is RiskChanged
    with witness.unmoved():
        actions.change_risk(number, content=other, actor=cast.process_owner, at=later(6))
    with witness.refused(WrongState):
        actions.change_risk(number, content=FIRE, actor=cast.process_owner, at=AT, revision=1)
    assert [each.code for each in view(number, cast.auditor).links] == ["laptop"]


def test_it_is_judged_and_each_analysis_is_kept(cast: Cast, witness: Witness) -> None:
    number = identified(cast.process_owner)
    with witness.watching() as seen:
        actions.analyse_risk(number, analysis=MEDIUM, actor=cast.service_owner, at=AT)
    assert seen.verbs == ["risk.analysed"]
    assert seen.entry.changes["state"] == ["identified", "analysed"]
    with witness.unmoved():
        actions.analyse_risk(number, analysis=MEDIUM, actor=cast.service_owner, at=later(1))
    again = Analysis(Level(3, 5), Level(2, 2), "Another one.")
    actions.analyse_risk(number, analysis=again, actor=cast.service_owner, at=later(2))
    shown = view(number, cast.auditor)
    assert [each.reason for each in shown.analyses] == ["Another one.", MEDIUM.reason]
    assert (shown.row.inherent, shown.row.residual, shown.row.score) == (
        Level(3, 5),
        Level(2, 2),
        4,
    )
    assert (shown.row.band.code, shown.analyses[0].by) == ("low", "Adaeze Thornquist")
    for wrong, field in (
        (replace(MEDIUM, inherent=Level(0, 3)), "likelihood"),
        (replace(MEDIUM, inherent=Level(3, 6)), "impact"),
        (replace(MEDIUM, residual=Level(3, 6)), "residual_impact"),
        (replace(MEDIUM, reason=" "), "reason"),
    ):
        with witness.refused(Invalid) as caught:
            actions.analyse_risk(number, analysis=wrong, actor=cast.service_owner, at=AT)
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]
    with witness.refused(NotAllowed):
        actions.analyse_risk(number, analysis=HIGH, actor=cast.auditor, at=AT)


def test_its_treatment_is_planned(cast: Cast, witness: Witness) -> None:
    number = identified(cast.process_owner)
    with witness.refused(WrongState):
        actions.treat_risk(number, treatment=NEW_BATTERIES, actor=cast.process_owner, at=AT)
    actions.analyse_risk(number, analysis=HIGH, actor=cast.process_owner, at=AT)
    for change, field in (
        ({"option": "pursue"}, "option"),
        ({"option": ""}, "option"),
        ({"plan": ""}, "plan"),
        ({"review_date": AT.date()}, "review_date"),
        ({"residual": Level(9, 1)}, "residual_likelihood"),
    ):
        with witness.refused(Invalid) as caught:
            wrong = replace(NEW_BATTERIES, **change)
            actions.treat_risk(number, treatment=wrong, actor=cast.process_owner, at=AT)
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]
    with witness.watching() as seen:
        actions.treat_risk(number, treatment=NEW_BATTERIES, actor=cast.process_owner, at=later(1))
    assert seen.verbs == ["risk.treated"]
    with witness.unmoved():
        actions.treat_risk(number, treatment=NEW_BATTERIES, actor=cast.process_owner, at=later(2))
    shown = view(number, cast.auditor)
    assert (shown.row.treatment, shown.row.score, shown.row.review_date) == (
        "reduce",
        4,
        date(2026, 9, 1),
    )
    assert RiskAnalysis.objects.count() == 2
    with witness.refused(NotAllowed):
        actions.treat_risk(number, treatment=NEW_BATTERIES, actor=cast.manager, at=AT)


def test_who_accepts_follows_from_the_band(cast: Cast, witness: Witness) -> None:
    by = {"reason": "It is dear to mend.", "at": later(1)}
    low = analysed(cast)
    with witness.refused(NotAllowed):
        actions.accept_risk(low, actor=cast.process_owner, **by)  # type: ignore[arg-type]
    actions.accept_risk(low, actor=cast.service_owner, **by)  # type: ignore[arg-type]
    high = analysed(cast, HIGH)
    with witness.refused(NotAllowed) as caught:
        actions.accept_risk(high, actor=cast.service_owner, **by)  # type: ignore[arg-type]
    assert "“High”" in str(caught.value)
    with witness.refused(Invalid):
        actions.accept_risk(high, reason=" ", actor=cast.manager, at=AT)
    with witness.watching() as seen:
        actions.accept_risk(high, actor=cast.manager, **by)  # type: ignore[arg-type]
    assert seen.verbs == ["risk.accepted"]
    with witness.unmoved():
        actions.accept_risk(high, actor=cast.manager, **by)  # type: ignore[arg-type]
    shown = view(high, cast.auditor)
    assert (shown.accepted_by, shown.accepted_because) == (
        "Wendell Achterberg",
        "It is dear to mend.",
    )
    highest = analysed(cast, HIGHEST)
    for who in (cast.manager, cast.service_owner):
        with witness.refused(WrongState) as refusal:
            actions.accept_risk(highest, actor=who, **by)  # type: ignore[arg-type]
        assert "“Very high”" in str(refusal.value)
    fresh = identified(cast.process_owner)
    with witness.refused(WrongState):
        actions.accept_risk(fresh, actor=cast.process_owner, **by)  # type: ignore[arg-type]
    with witness.refused(NotAllowed):
        actions.accept_risk(fresh, actor=cast.auditor, **by)  # type: ignore[arg-type]


def test_judged_anew_it_is_no_longer_accepted(cast: Cast) -> None:
    number = analysed(cast)
    actions.accept_risk(number, reason="It stays.", actor=cast.manager, at=AT)
    actions.analyse_risk(number, analysis=HIGHEST, actor=cast.process_owner, at=later(1))
    shown = view(number, cast.auditor)
    assert (shown.row.state, shown.accepted_at, shown.accepted_by) == ("analysed", None, "")


def test_it_is_watched_and_reviewed(cast: Cast, witness: Witness) -> None:
    number = analysed(cast)
    with witness.refused(WrongState):
        actions.monitor_risk(number, actor=cast.process_owner, at=AT)
    actions.treat_risk(number, treatment=NEW_BATTERIES, actor=cast.process_owner, at=AT)
    actions.monitor_risk(number, actor=cast.service_owner, at=AT)
    with witness.unmoved():
        actions.monitor_risk(number, actor=cast.service_owner, at=later(1))
    with witness.refused(NotAllowed):
        actions.monitor_risk(number, actor=cast.manager, at=AT)
    review = Review("All is well.", TOMORROW)
    for wrong in (replace(review, found=""), replace(review, next_date=AT.date())):
        with witness.refused(Invalid):
            actions.review_risk(number, review=wrong, actor=cast.service_owner, at=AT)
    with witness.refused(NotAllowed):
        actions.review_risk(number, review=review, actor=cast.auditor, at=AT)
    with witness.watching() as seen:
        actions.review_risk(number, review=review, actor=cast.service_owner, at=AT)
    assert seen.verbs == ["risk.reviewed"]
    with witness.unmoved():
        actions.review_risk(number, review=review, actor=cast.service_owner, at=AT)
    shown = risk(number, actor=cast.auditor, at=later(days=2))
    assert (shown.row.state, shown.row.review_date, shown.row.is_overdue) == (
        "monitored",
        TOMORROW,
        True,
    )
    assert [each.found for each in shown.reviews] == ["All is well."]
    assert not view(number, cast.auditor).row.is_overdue


def test_it_comes_true_and_others_can_hear_of_it(cast: Cast, witness: Witness) -> None:
    number = analysed(cast)
    happened = Occurrence(AT.date(), "It burnt.")
    for wrong in (replace(happened, on=TOMORROW), replace(happened, what=" ")):
        with witness.refused(Invalid):
            actions.record_occurrence(number, occurrence=wrong, actor=cast.service_owner, at=AT)
    with witness.refused(NotAllowed):
        actions.record_occurrence(number, occurrence=happened, actor=cast.auditor, at=AT)
    with witness.watching() as seen:
        actions.record_occurrence(number, occurrence=happened, actor=cast.service_owner, at=AT)
    assert seen.verbs == ["risk.occurred"]
    assert isinstance(seen.fact, RiskOccurred)
    assert (seen.fact.title, seen.fact.what, seen.fact.number) == (FIRE.title, "It burnt.", number)
    with witness.unmoved():
        actions.record_occurrence(number, occurrence=happened, actor=cast.service_owner, at=AT)
    with witness.refused(WrongState):
        other = replace(happened, what="Again.")
        actions.record_occurrence(number, occurrence=other, actor=cast.service_owner, at=AT)


def test_it_is_closed_and_opened_again(cast: Cast, witness: Witness) -> None:
    number = analysed(cast)
    with witness.refused(NotAllowed):
        actions.close_risk(number, reason="Gone.", actor=cast.manager, at=AT)
    with witness.refused(Invalid):
        actions.close_risk(number, reason="", actor=cast.process_owner, at=AT)
    with witness.refused(WrongState):
        actions.reopen_risk(number, reason="Back.", actor=cast.process_owner, at=AT)
    with witness.watching() as seen:
        actions.close_risk(number, reason="Gone.", actor=cast.process_owner, at=AT)
    assert seen.verbs == ["risk.closed"]
    with witness.unmoved():
        actions.close_risk(number, reason="Gone.", actor=cast.process_owner, at=AT)
    by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
    with witness.refused(WrongState):
        actions.change_risk(number, content=FIRE, **by)
    with witness.refused(WrongState):
        actions.analyse_risk(number, analysis=HIGH, **by)
    with witness.refused(WrongState):
        actions.review_risk(number, review=Review("x", TOMORROW), **by)
    with witness.watching() as seen:
        actions.reopen_risk(number, reason="Back.", actor=cast.process_owner, at=later(1))
    assert seen.verbs == ["risk.reopened"]
    assert view(number, cast.auditor).row.state == "identified"
    with witness.refused(NotAllowed):
        actions.reopen_risk(number, reason="Back.", actor=cast.auditor, at=AT)


def test_an_opportunity_has_options_of_its_own(cast: Cast, witness: Witness) -> None:
    chance = replace(FIRE, title="Sell the heat", is_opportunity=True)
    number = analysed(cast, HIGHEST, chance)
    with witness.refused(Invalid):
        actions.treat_risk(number, treatment=NEW_BATTERIES, actor=cast.process_owner, at=AT)
    pursued = Treatment("pursue", "Ask the neighbours.")
    actions.treat_risk(number, treatment=pursued, actor=cast.process_owner, at=AT)
    with witness.refused(Invalid):
        actions.change_risk(number, content=FIRE, actor=cast.process_owner, at=AT)
    actions.accept_risk(number, reason="We take it.", actor=cast.service_owner, at=AT)
    assert numbers(cast.auditor, kind="opportunity") == [number]
    assert numbers(cast.auditor, kind="risk") == []


@pytest.mark.parametrize("state", list(RiskState))
@pytest.mark.parametrize("trigger", list(RiskTrigger))
def test_the_table_of_states_is_complete(state: RiskState, trigger: RiskTrigger) -> None:
    i, a, t, c, m, o, x = RiskState
    allowed: dict[RiskTrigger, tuple[set[RiskState], RiskState]] = {
        RiskTrigger.ANALYSE: ({i, a, t, c, m, o}, a),
        RiskTrigger.TREAT: ({a, t, c, m, o}, t),
        RiskTrigger.ACCEPT: ({a, t, m}, c),
        RiskTrigger.MONITOR: ({t, c, o}, m),
        RiskTrigger.OCCUR: ({i, a, t, c, m}, o),
        RiskTrigger.CLOSE: ({i, a, t, c, m, o}, x),
        RiskTrigger.REOPEN: ({x}, i),
    }
    sources, target = allowed[trigger]
    if state in sources:
        assert RISK.target(state, trigger) == target
    else:
        with pytest.raises(WrongState):
            RISK.target(state, trigger)


class TestTheRegister:
    def test_it_is_narrowed_and_paged(self, cast: Cast, django_assert_num_queries: Any) -> None:
        low, high = analysed(cast), analysed(cast, HIGH, replace(FIRE, area="health"))
        new = identified(cast.process_owner, replace(FIRE, owner="jonas.okereke", links=()))
        who = cast.auditor
        assert numbers(who) == [high, low, new]
        assert numbers(who, area="health") == [high]
        assert numbers(who, owner="jonas.okereke") == [new]
        assert numbers(who, state="analysed") == [high, low]
        assert numbers(who, band="high") == [high]
        assert numbers(who, band="nowhere") == []
        assert numbers(who, basis="inherent", likelihood=2, impact=4) == [low]
        assert numbers(who, likelihood=2, impact=4) == []
        assert numbers(who, link_kind="service", link_code="mail") == [high, low]
        assert numbers(who, link_code="northmere") == [high, low]
        assert numbers(who, text="SERVER") == [high, low, new]
        assert numbers(who, text="zebra") == []
        assert numbers(who, area="\0") == []
        Risk.objects.filter(state="identified").update(review_date=date(2026, 3, 1))
        assert numbers(who, overdue=True) == [new]
        actions.close_risk(new, reason="Gone.", actor=cast.process_owner, at=AT)
        assert numbers(who, overdue=True, state="all") == []
        assert numbers(who, state="all") == [high, low, new]
        with django_assert_num_queries(2):
            page = risk_list(actor=who, at=AT, size=1)
        rest = risk_list(actor=who, at=AT, size=1, cursor=page.next_cursor)
        assert [row.number for row in (*page.items, *rest.items)] == [high, low]
        assert [row.number for row, _risk in whole_register(actor=who, at=AT)] == [high, low]
        assert [row.name for row in owner_list(actor=who)] == [
            "Adaeze Thornquist",
            "Jonas Okereke-Vale",
        ]

    def test_the_heat_map_counts_what_may_be_seen(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        number = analysed(cast)
        analysed(cast, MEDIUM, replace(FIRE, links=(Link("service", "heating"),)))
        identified(cast.process_owner)
        with django_assert_num_queries(3):
            found = heat_map(actor=cast.auditor, basis=Basis.INHERENT)
        counts = {
            (cell.likelihood, cell.impact): cell.count
            for _words, cells in found.rows
            for cell in cells
            if cell.count
        }
        assert counts == {(2, 4): 2}
        assert (found.count, found.missing, len(found.rows), found.rows[0][0].level) == (2, 1, 5, 5)
        actions.treat_risk(number, treatment=NEW_BATTERIES, actor=cast.process_owner, at=AT)
        left = heat_map(actor=cast.auditor, basis=Basis.RESIDUAL)
        assert (left.count, left.missing) == (1, 2)
        assert heat_map(actor=cast.requester, basis=Basis.INHERENT).count == 0
        assert heat_map(actor=cast.auditor, basis=Basis.INHERENT, kind="opportunity").count == 0

    def test_a_management_review_gets_its_figures(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        analysed(cast)
        number = analysed(cast, HIGH)
        identified(cast.process_owner, replace(FIRE, is_opportunity=True))
        Risk.objects.filter(state="identified").update(review_date=date(2026, 3, 1))
        happened = Occurrence(AT.date(), "It burnt.")
        actions.record_occurrence(number, occurrence=happened, actor=cast.process_owner, at=AT)
        with django_assert_num_queries(2):
            found = risk_summary(actor=cast.manager, at=AT)
        assert {band.code: count for band, count in found.bands} == {
            "very_high": 0,
            "high": 1,
            "medium": 1,
            "low": 0,
        }
        assert (found.risks, found.opportunities, found.not_judged) == (2, 1, 1)
        assert (found.overdue, found.occurred) == (1, 1)


def _words(name: str = "Level") -> tuple[LevelWords, ...]:
    return tuple(LevelWords(level, f"{name} {level}") for level in range(1, 6))


ONE = BandContent("all", "All", 1, "green", "owner")


class TestTheCriteria:
    def test_they_come_with_every_installation_in_both_languages(self, cast: Cast) -> None:
        found = criteria(language="fr")
        assert [each.name for each in found.likelihood][:2] == ["Rare", "Peu probable"]
        assert [(each.code, each.lowest, each.highest) for each in found.bands] == [
            ("low", 1, 4),
            ("medium", 5, 9),
            ("high", 10, 19),
            ("very_high", 20, 25),
        ]
        assert area_list(language="fr")[0].name == "Entreprise"

    def test_they_are_set_by_who_manages_all_risks(self, cast: Cast, witness: Witness) -> None:
        other = Criteria(_words("L"), _words("I"), (ONE,))
        for who in (cast.service_owner, cast.manager, cast.agent):
            with witness.refused(NotAllowed):
                actions.set_criteria(other, actor=who, at=AT)
        with witness.watching() as seen:
            actions.set_criteria(other, actor=cast.process_owner, at=AT)
        assert seen.verbs == ["risk.criteria_set"]
        with witness.unmoved():
            actions.set_criteria(other, actor=cast.process_owner, at=AT)
        assert [each.highest for each in criteria(language="en").bands] == [25]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"likelihood": _words()[:4]}, "likelihood"),
            ({"impact": (*_words()[:4], LevelWords(5, " "))}, "impact"),
            ({"bands": ()}, "bands"),
            ({"bands": (replace(ONE, lowest=2),)}, "bands"),
            ({"bands": (ONE, replace(ONE, lowest=26, code="b"))}, "bands"),
            ({"bands": (ONE, replace(ONE, lowest=9))}, "bands"),
            ({"bands": (replace(ONE, colour="pink"),)}, "bands"),
            ({"bands": (replace(ONE, name="x" * 101),)}, "bands"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, cast: Cast, witness: Witness, wrong: dict[str, Any], field: str
    ) -> None:
        sound = Criteria(_words(), _words(), (ONE,))
        with witness.refused(Invalid) as caught:
            actions.set_criteria(replace(sound, **wrong), actor=cast.process_owner, at=AT)
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_an_area_is_defined_and_renamed(self, cast: Cast, witness: Witness) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        words = {"fr": {"name": "Climat"}}
        with witness.watching() as seen:
            actions.define_area("climate", name="Climate", translations=words, **by)
        assert seen.verbs == ["risk.area_defined"]
        with witness.unmoved():
            actions.define_area("climate", name="Climate", translations=words, **by)
        actions.define_area("climate", name="The climate", translations=words, **by)
        assert "The climate" in [row.name for row in area_list(language="en")]
        for code, name in ((" ", "X"), ("x" * 41, "X"), ("y", "")):
            with witness.refused(Invalid):
                actions.define_area(code, name=name, translations={}, **by)
        with witness.refused(NotAllowed):
            actions.define_area("y", name="Y", translations={}, actor=cast.auditor, at=AT)


def test_actions_are_planned_about_risks(cast: Cast) -> None:
    number = identified(cast.process_owner)
    plan = ActionPlan(ActionKind.PREVENTIVE, "New batteries", "jonas.okereke", date(2026, 9, 1))
    about = About("risk", number)
    assert plan_action(about, plan=plan, actor=cast.service_owner, at=AT)
    with pytest.raises((NotAllowed, NotFound)):
        plan_action(about, plan=plan, actor=cast.second_agent, at=AT)


def test_what_it_can_be_about_is_named_by_those_who_know(cast: Cast) -> None:
    assert ("mail", "Mail") in subjects.choices(LinkKind.SERVICE, language="en")
    assert ("northmere", "Northmere Devices") in subjects.choices(LinkKind.SUPPLIER, language="en")
    assert subjects.facts([Link("odd", "mail")], language="en") == {}


def test_a_holder_may_accept_for_a_service_alone(cast: Cast, witness: Witness) -> None:
    high = analysed(cast, HIGH)
    assert cast.lead.person_id is not None
    authority.grant_role(
        cast.lead.person_id,
        role="manager",
        scope_kind="service",
        scope_id=cast.services["mail"],
        actor=SYSTEM,
        at=AT,
    )

    lead = actor("tamsin.harrowgate")
    assert numbers(lead) == [high]
    actions.accept_risk(high, reason="It stays.", actor=lead, at=AT)
