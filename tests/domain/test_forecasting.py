"""Learning from own history, and foretelling what becomes of open clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.errands import run_errands
from tests.incidents import row
from tests.witness import Witness
from timshel.kernel.errors import NotAllowed
from timshel.kernel.progress.models import Errand
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions.forecasting import (
    KEPT_FOR,
    LEARN,
    ask_to_learn,
    forecast_open_clocks,
    learn_first,
    learn_forecasts,
)
from timshel.relationship_agreement.service_level.models import Clock, Forecast, ForecastModel
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.relationship_agreement.service_level.queries.clocks import clock_laps, clock_marks
from timshel.relationship_agreement.service_level.queries.forecast_history import clock_history
from timshel.relationship_agreement.service_level.queries.forecasts import forecast_quality
from timshel.relationship_agreement.service_level.rules.forecast import Model
from timshel.relationship_agreement.service_level.rules.forecast_quality import Verdict
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident import actions

QUALITY = {
    "parts": {
        name: {"clocks": 0, "broken": 0, "from": None, "until": None}
        for name in ("learnt", "calibrated", "measured")
    },
    "verdict": "used",
}


def learnt(
    weights: Mapping[str, float], *, kind: ClockKind = ClockKind.RESOLVE, at: datetime = AT
) -> None:
    """Put a model in use whose chance is its sum, between 0 and 1."""
    model = Model(0.0, dict(weights), {}, ((0.0, 0.0), (1.0, 1.0)))
    ForecastModel.objects.create(
        clock_kind=kind,
        learnt_at=at,
        cases=0,
        coefficients=model.as_numbers(),
        quality=QUALITY,
        is_used=True,
    )


def chance_of(number: str, kind: ClockKind = ClockKind.RESOLVE) -> Forecast:
    return Forecast.objects.get(clock__work_item__number=number, clock__kind=kind)


class TestForecasting:
    def test_without_history_the_share_of_the_target_is_shown(self, cast: Cast) -> None:
        number = opened(cast.requester)
        target = Clock.objects.get(work_item__number=number, kind="resolve").target
        assert target == timedelta(hours=80)
        assert forecast_open_clocks(at=later(hours=8)) == 2
        found = chance_of(number)
        assert (found.chance, found.is_learnt) == (pytest.approx(0.1), False)
        assert found.reasons == [{"name": "share", "raises": True, "fact": 10}]

    def test_a_model_is_used_with_its_reasons(self, cast: Cast) -> None:
        number = opened(cast.requester)
        learnt({"hops": 0.3, "backlog": 0.4, "taken": -0.05})
        forecast_open_clocks(at=later(5))
        found = chance_of(number)
        assert found.is_learnt
        assert found.chance == pytest.approx(0.3 + 0.4 * 0.6931472)
        assert found.reasons == [
            {"name": "hops", "raises": True, "fact": [1, 0]},
            {"name": "backlog", "raises": True, "fact": 1},
        ]
        assert not chance_of(number, ClockKind.RESPOND).is_learnt

    def test_what_happened_is_read_from_the_journal(self, cast: Cast) -> None:
        number = opened(cast.requester)
        learnt({"reassignments": 0.1, "waiting:supplier": 0.2, "taken": 0.4, "answered": 0.05})
        actions.take_incident(number, actor=cast.agent, at=later(1))
        actions.assign_incident(
            number, team="workplace", assignee_id=None, actor=cast.lead, at=later(2)
        )
        forecast_open_clocks(at=later(3))
        assert chance_of(number).chance == pytest.approx(0.1)
        actions.take_incident(number, actor=cast.engineer, at=later(4))
        actions.wait_incident(
            number, reason=WaitingReason.SUPPLIER, actor=cast.engineer, at=later(5)
        )
        forecast_open_clocks(at=later(6))
        assert chance_of(number).chance == pytest.approx(0.7)

    def test_changed_work_is_foretold_at_once_and_other_work_after_a_while(
        self, cast: Cast
    ) -> None:
        first, second = opened(cast.requester), opened(cast.requester)
        assert forecast_open_clocks(at=later(1)) == 4
        assert forecast_open_clocks(at=later(2)) == 0
        actions.take_incident(first, actor=cast.agent, at=later(3))
        assert forecast_open_clocks(at=later(4)) == 2
        assert forecast_open_clocks(at=later(1) + KEPT_FOR) == 2
        assert chance_of(second).made_at == later(1) + KEPT_FOR
        assert chance_of(first).made_at == later(4)

    def test_a_new_model_counts_at_once(self, cast: Cast) -> None:
        opened(cast.requester)
        forecast_open_clocks(at=later(1))
        learnt({"share": 1.0}, at=later(2))
        assert forecast_open_clocks(at=later(3)) == 2

    def test_changed_work_goes_first_where_there_is_too_much(self, cast: Cast) -> None:
        opened(cast.requester)
        forecast_open_clocks(at=later(1))
        number = opened(cast.requester, at=later(10))
        assert forecast_open_clocks(at=later(11), limit=2) == 2
        assert chance_of(number).made_at == later(11)

    def test_what_is_over_or_late_has_no_forecast(self, cast: Cast) -> None:
        number, late = opened(cast.requester), opened(cast.requester)
        forecast_open_clocks(at=later(1))
        actions.resolve_incident(
            number, code="fixed", text="New cable.", actor=cast.agent, at=later(2)
        )
        assert forecast_open_clocks(at=later(3)) == 0
        assert set(Forecast.objects.values_list("clock__work_item__number", flat=True)) == {late}
        assert forecast_open_clocks(at=later(days=3)) == 1
        assert [each.clock.kind for each in Forecast.objects.all()] == ["resolve"]

    def test_those_who_only_asked_are_not_told(self, cast: Cast) -> None:
        number = opened(cast.requester)
        learnt({"share": 1.0})
        forecast_open_clocks(at=later(5))
        key = row(number).pk
        assert all(each.forecast is None for each in clocks_of(key, at=later(6)))
        laps = clock_laps(key, at=later(6), is_foretold=True)
        told = {each.kind: each.forecast for each in laps}
        assert told[ClockKind.RESOLVE] is not None
        assert told[ClockKind.RESOLVE].is_learnt
        marks = {each.kind: each.chance for each in clock_marks([key], at=later(6))[key]}
        assert marks[ClockKind.RESPOND] is None
        assert marks[ClockKind.RESOLVE] == told[ClockKind.RESOLVE].chance


class TestLearning:
    def history(self, cast: Cast, count: int) -> None:
        for position in range(count):
            number = opened(cast.requester, at=later(hours=position))
            if position % 2:
                at = later(minutes=5, hours=position)
                actions.resolve_incident(
                    number, code="fixed", text="Done.", actor=cast.agent, at=at
                )

    def test_a_thin_history_teaches_nothing_and_says_so(self, cast: Cast) -> None:
        self.history(cast, 6)
        found = learn_forecasts(at=later(days=2))
        assert found[ClockKind.RESPOND] is Verdict.TOO_THIN
        model = ForecastModel.objects.get(clock_kind="respond", is_current=True)
        assert (model.is_used, model.coefficients, model.cases) == (False, {}, 6)
        (view, *_rest) = forecast_quality(actor=cast.manager)
        assert (view.kind, view.verdict, view.cases) == (ClockKind.RESPOND, Verdict.TOO_THIN, 6)
        assert (view.model, view.table) == (None, ())

    def test_what_is_learnt_anew_takes_the_place_of_the_old(self, cast: Cast) -> None:
        self.history(cast, 2)
        learnt({"share": 1.0}, kind=ClockKind.RESPOND)
        learn_forecasts(at=later(days=2))
        learn_forecasts(at=later(days=3))
        rows = ForecastModel.objects.filter(clock_kind="respond")
        assert rows.filter(is_current=True).count() == 1
        assert all(not each.coefficients for each in rows.filter(is_current=False))

    def test_without_any_history_nothing_is_kept(self, cast: Cast) -> None:
        assert learn_first(at=AT)
        assert not ForecastModel.objects.exists()

    def test_the_first_time_only_where_nothing_was_learnt(self, cast: Cast) -> None:
        self.history(cast, 2)
        assert learn_first(at=later(days=2))
        assert not learn_first(at=later(days=3))

    def test_looks_of_history_know_only_what_was_journalled_by_then(self, cast: Cast) -> None:
        number = opened(cast.requester)
        actions.take_incident(number, actor=cast.agent, at=later(minutes=90))
        actions.resolve_incident(
            number, code="fixed", text="Done.", actor=cast.agent, at=later(minutes=100)
        )
        (clock,) = clock_history(at=later(hours=3))[ClockKind.RESOLVE]
        assert (clock.is_broken, clock.known_at) == (False, later(minutes=100))
        assert [(each["age"], each["taken"]) for each in clock.looks] == [
            (0.0, 0.0),
            (pytest.approx(0.6931472), 0.0),
        ]
        before = clock.looks
        # The future changes: it is opened again, waits, and is handed on.
        actions.reopen_incident(number, reason="Again.", actor=cast.lead, at=later(hours=4))
        actions.assign_incident(
            number, team="workplace", assignee_id=None, actor=cast.lead, at=later(hours=5)
        )
        actions.resolve_incident(
            number, code="fixed", text="Done.", actor=cast.engineer, at=later(hours=6)
        )
        (clock,) = clock_history(at=later(hours=7))[ClockKind.RESOLVE]
        assert clock.looks[: len(before)] == before
        assert clock.looks[len(before)]["reopenings"] == 1.0

    def test_the_backlog_is_that_of_the_moment(self, cast: Cast) -> None:
        first = opened(cast.requester)
        opened(cast.requester, at=later(minutes=30))
        actions.resolve_incident(
            first, code="fixed", text="Done.", actor=cast.agent, at=later(minutes=90)
        )
        (clock,) = clock_history(at=later(hours=3))[ClockKind.RESOLVE]
        assert [round(2.718281828 ** each["backlog"]) - 1 for each in clock.looks] == [1, 2]


class TestLearningAgain:
    def test_it_is_an_errand(self, cast: Cast) -> None:
        opened(cast.requester)
        ask_to_learn(actor=cast.process_owner, at=AT)
        (errand,) = Errand.objects.filter(kind=LEARN)
        assert errand.person_id == cast.process_owner.person_id
        assert run_errands(at=later(hours=1)) == [LEARN]
        assert Forecast.objects.count() == 2

    @pytest.mark.parametrize("who", ["requester", "agent", "lead", "service_owner", "auditor"])
    def test_only_who_sets_promises_may_ask(self, cast: Cast, witness: Witness, who: str) -> None:
        with witness.refused(NotAllowed):
            ask_to_learn(actor=getattr(cast, who), at=AT)

    @pytest.mark.parametrize("who", ["requester", "agent"])
    def test_how_good_it_is_is_for_who_sees_how_promises_are_kept(
        self, cast: Cast, who: str
    ) -> None:
        with pytest.raises(NotAllowed):
            forecast_quality(actor=getattr(cast, who))


def test_what_is_learnt_of_many_is_used_and_good(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """End to end on a history in which one service is always late, without waiting for weeks."""
    from timshel.relationship_agreement.service_level.actions import forecasting
    from timshel.relationship_agreement.service_level.queries.forecast_history import (
        HistoricClock,
    )

    def looks(number: int, *, is_broken: bool) -> tuple[dict[str, Any], ...]:
        service = "service:1" if is_broken else "service:2"
        return tuple({"share": share / 4, service: 1.0} for share in range(1 + number % 3))

    history = []
    for number in range(600):
        is_broken = number % 3 == 0
        start = later(hours=number)
        history.append(
            HistoricClock(
                started_at=start,
                known_at=start + timedelta(minutes=30),
                is_broken=is_broken,
                looks=looks(number, is_broken=is_broken),
            )
        )
    monkeypatch.setattr(
        forecasting, "clock_history", lambda *, at: {ClockKind.RESOLVE: tuple(history)}
    )
    assert learn_forecasts(at=later(days=60)) == {ClockKind.RESOLVE: Verdict.USED}
    (view,) = forecast_quality(actor=SYSTEM)
    assert view.model is not None
    assert view.model.auc == 1.0
    assert view.model.brier < 0.01
    assert (view.learnt.clocks, view.calibrated.clocks, view.measured.clocks) == (360, 120, 120)
    assert sum(line.count for line in view.table) == view.looks
