"""Resources: written down, their figures by quarter, what is foretold, and what falls short."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later
from tests.witness import Witness
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused, WrongState
from timshel.planning.planned_action.actions import ActionPlan, plan_action
from timshel.planning.planned_action.queries import About
from timshel.planning.planned_action.states import ActionKind
from timshel.support.resource import access, actions, queries
from timshel.support.resource.actions import Figures, ResourceContent
from timshel.support.resource.due import due_figures, readable_resources
from timshel.support.resource.models import Resource, ResourceFigure
from timshel.support.resource.queries import ResourceFilter
from timshel.support.resource.rules.forecasting import outlook, shortages, trend
from timshel.support.resource.rules.quarters import last_day_of, moved, quarter_of
from timshel.support.resource.states import ResourceKind

PAGE = Path(__file__).parents[2] / "docs" / "governance" / "resource.md"
NOW = date(2026, 1, 1)
STORAGE = ResourceContent(
    kind=ResourceKind.TECHNICAL,
    name="Storage for research data",
    unit="TB",
    owner="imre.castellane",
    service_code="mail",
)
MORE = [Figures(NOW, available=Decimal(10), needed=Decimal("12.5"))]


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [])


def recorded(cast: Cast, **change: Any) -> str:
    return actions.record_resource(replace(STORAGE, **change), actor=cast.process_owner, at=AT)


def seen(number: str, actor: Actor = SYSTEM, at: datetime = AT) -> queries.ResourceRow:
    return queries.resource(number, actor=actor, at=at)


def give(number: str, *figures: Figures, actor: Actor, revision: int = 1) -> int:
    return actions.set_figures(
        number, figures=figures, seen_revision=revision, actor=actor, at=later(5)
    )


class TestQuarters:
    @pytest.mark.parametrize(
        ("day", "first", "last"),
        [
            (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
            (date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
            (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
            (date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 31)),
        ],
    )
    def test_a_day_lies_in_one(self, day: date, first: date, last: date) -> None:
        assert quarter_of(day) == first
        assert last_day_of(first) == last

    def test_they_are_counted_over_years(self) -> None:
        assert moved(date(2026, 1, 1), -1) == date(2025, 10, 1)
        assert moved(date(2025, 10, 1), 6) == date(2027, 4, 1)


class TestForecast:
    def test_the_page_says_what_is_computed(self) -> None:
        rows = re.findall(r"^\| (\d) \| ([\d.]*) ?\| ([\d.]*) ?\|$", PAGE.read_text(), re.MULTILINE)
        known = [(int(place), Decimal(used)) for place, used, _foretold in rows if used]
        told = [(int(place), Decimal(found)) for place, _used, found in rows if found]
        assert len(known) == 3
        assert [trend(known, place) for place, _found in told] == [found for _place, found in told]
        assert len(told) == 5

    def test_two_points_make_no_trend_and_nothing_is_less_than_nothing(self) -> None:
        assert trend([(1, Decimal(4)), (2, Decimal(5))], 3) is None
        falling = [(1, Decimal(9)), (2, Decimal(5)), (3, Decimal(1))]
        assert trend(falling, 5) == 0

    def test_what_is_planned_counts_before_what_is_foretold(self) -> None:
        known = [Figures(moved(NOW, -count), used=Decimal(10 - count)) for count in (1, 2, 3)]
        first, second = outlook([*known, Figures(NOW, needed=Decimal(3))], now=NOW)[4:6]
        assert (first.needed, first.is_foretold) == (Decimal(3), False)
        assert (second.needed, second.is_foretold) == (Decimal("11.00"), True)

    def test_what_there_is_goes_on_until_it_is_said_anew(self) -> None:
        given = [Figures(moved(NOW, 2), available=Decimal(7))]
        found = outlook(given, now=NOW, carried=Decimal(5))
        assert [each.available for each in found] == [None] * 4 + [5, 5, 7, 7, 7]
        assert [each.is_carried for each in found[4:]] == [True, True, False, True, True]

    def test_only_quarters_that_are_not_over_fall_short(self) -> None:
        given = [
            Figures(moved(NOW, count), available=Decimal(5), needed=Decimal(needed))
            for count, needed in ((-1, 9), (0, 5), (1, 6))
        ]
        (short,) = shortages(outlook(given, now=NOW))
        assert (short.quarter, short.missing) == (moved(NOW, 1), Decimal(1))


class TestKeeping:
    def test_it_is_written_down(self, cast: Cast, witness: Witness) -> None:
        with witness.watching() as happened:
            number = recorded(cast)
        assert happened.entry.verb == "resource.recorded"
        assert happened.regions == {actions.REGION}
        row = seen(number)
        assert row.content == STORAGE
        assert (row.owner_name, row.service_name) == ("Imre Castellane", "Mail")
        assert len(row.quarters) == 9

    @pytest.mark.parametrize(
        ("change", "fields"),
        [
            ({"name": " "}, {"name"}),
            ({"name": "x" * 201}, {"name"}),
            ({"name": "a\x00b"}, {"name"}),
            ({"unit": ""}, {"unit"}),
            ({"kind": "dreams"}, {"kind"}),
            ({"owner": ""}, {"owner"}),
            ({"owner": "nobody"}, {"owner"}),
            ({"owner": "\x00"}, {"owner"}),
            ({"team": "nobody", "role": "none"}, {"team", "role"}),
            ({"service_code": "none"}, {"service_code"}),
        ],
    )
    def test_what_is_wrong_is_said_by_field(
        self, cast: Cast, witness: Witness, change: dict[str, Any], fields: set[str]
    ) -> None:
        with witness.refused(Invalid) as caught:
            recorded(cast, **change)
        assert isinstance(caught.value, Invalid)
        assert set(caught.value.fields) == fields

    def test_it_is_changed_by_whoever_saw_it_last(self, cast: Cast, witness: Witness) -> None:
        number = recorded(cast)
        given: dict[str, Any] = {"actor": cast.process_owner, "at": later(5)}
        wanted = replace(STORAGE, unit="PB", team="service-desk")
        with witness.watching() as happened:
            actions.change_resource(number, content=wanted, seen_revision=1, **given)
        assert happened.entry.changes == {"unit": ["TB", "PB"], "team": ["", "service-desk"]}
        with witness.unmoved():
            actions.change_resource(number, content=wanted, seen_revision=1, **given)
        with witness.refused(WrongState):
            actions.change_resource(number, content=STORAGE, seen_revision=1, **given)
        assert seen(number).content == wanted

    def test_a_retired_one_stays_as_it_is(self, cast: Cast, witness: Witness) -> None:
        number = recorded(cast)
        give(number, *MORE, actor=cast.process_owner)
        given: dict[str, Any] = {"actor": cast.process_owner, "at": later(9)}
        actions.retire_resource(number, **given)
        with witness.unmoved():
            actions.retire_resource(number, **given)
        with witness.refused(WrongState):
            give(number, Figures(NOW), actor=cast.process_owner, revision=3)
        with witness.refused(WrongState):
            actions.change_resource(number, content=STORAGE, seen_revision=3, **given)
        assert seen(number).shortages == ()
        assert queries.resource_shortages(actor=SYSTEM, at=AT) == ()
        listed = queries.resource_list(actor=SYSTEM, at=AT, wanted=ResourceFilter(is_retired=True))
        assert [each.number for each in listed.items] == [number]
        actions.restore_resource(number, **given)
        assert [each.quarter for each in seen(number).shortages] == [NOW]


class TestFigures:
    def test_they_are_given_changed_and_taken_away(self, cast: Cast, witness: Witness) -> None:
        number = recorded(cast)
        with witness.watching() as happened:
            assert give(number, *MORE, actor=cast.requester) == 1
        assert happened.entry.changes == {
            "2026-01-01 available": [None, "10"],
            "2026-01-01 needed": [None, "12.5"],
        }
        with witness.unmoved():
            assert give(number, *MORE, actor=cast.requester) == 0
        with witness.refused(WrongState):
            give(number, Figures(NOW), actor=cast.requester, revision=1)
        assert give(number, Figures(NOW), actor=cast.requester, revision=2) == 1
        assert not ResourceFigure.objects.exists()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ([Figures(date(2026, 1, 2), available=Decimal(1))], "quarter-2026-01-02"),
            ([Figures(date(1990, 1, 1), available=Decimal(1))], "quarter-1990-01-01"),
            ([Figures(NOW, needed=Decimal(-1))], "needed-2026-01-01"),
            ([Figures(NOW, needed=Decimal("0.00001"))], "needed-2026-01-01"),
            ([Figures(NOW, needed=Decimal("NaN"))], "needed-2026-01-01"),
            ([Figures(NOW, needed=Decimal(10) ** 12)], "needed-2026-01-01"),
            ([Figures(NOW, used=Decimal(1))], "used-2026-01-01"),
            ([Figures(NOW), Figures(NOW)], "figures"),
            ([Figures(moved(NOW, count)) for count in range(41)], "figures"),
        ],
    )
    def test_what_is_wrong_is_said_by_field(
        self, cast: Cast, witness: Witness, given: list[Figures], field: str
    ) -> None:
        number = recorded(cast)
        with witness.refused(Invalid) as caught:
            give(number, *given, actor=cast.process_owner)
        assert isinstance(caught.value, Invalid)
        assert set(caught.value.fields) == {field}

    def test_what_was_available_long_ago_still_is(self, cast: Cast) -> None:
        number = recorded(cast)
        give(number, Figures(moved(NOW, -20), available=Decimal(4)), actor=cast.process_owner)
        assert {each.available for each in seen(number).quarters[4:]} == {Decimal(4)}
        (kept,) = queries.all_figures(number, actor=cast.requester)
        assert kept == Figures(moved(NOW, -20), available=Decimal(4))


DEEDS: dict[str, Callable[[str, Actor], object]] = {
    "change": lambda number, actor: actions.change_resource(
        number, content=replace(STORAGE, unit="PB"), seen_revision=1, actor=actor, at=AT
    ),
    "figures": lambda number, actor: give(number, *MORE, actor=actor),
    "retire": lambda number, actor: actions.retire_resource(number, actor=actor, at=AT),
    "restore": lambda number, actor: actions.restore_resource(number, actor=actor, at=AT),
}


class TestRights:
    def test_whoever_answers_for_one_sees_it_alone(self, cast: Cast) -> None:
        own, other = recorded(cast), recorded(cast, owner="tamsin.harrowgate")
        page = queries.resource_list(actor=cast.requester, at=AT, wanted=ResourceFilter())
        assert [each.number for each in page.items] == [own]
        assert access.may_see(own, actor=cast.requester)
        assert not access.may_see(other, actor=cast.requester)
        assert readable_resources([own, other], needs="", actor=cast.requester, at=AT) == {own}
        with pytest.raises(NotFound):
            seen(other, actor=cast.requester)
        with pytest.raises(NotAllowed):
            queries.people_now(actor=cast.requester)
        assert {
            each.number
            for each in queries.resource_overview(
                actor=cast.auditor, at=AT, wanted=ResourceFilter()
            )
        } == {own, other}

    @pytest.mark.parametrize("deed", DEEDS)
    @pytest.mark.parametrize(
        ("who", "why"),
        [("customer", NotFound), ("other_requester", NotFound), ("auditor", NotAllowed)],
    )
    def test_others_change_nothing(
        self, cast: Cast, witness: Witness, deed: str, who: str, why: type[Refused]
    ) -> None:
        number = recorded(cast)
        with witness.refused(why):
            DEEDS[deed](number, getattr(cast, who))

    def test_its_owner_gives_figures_and_plans_what_is_done(self, cast: Cast) -> None:
        number = recorded(cast)
        with pytest.raises(NotAllowed):
            DEEDS["change"](number, cast.requester)
        assert DEEDS["figures"](number, cast.requester) == 1
        plan = ActionPlan(ActionKind.PREVENTIVE, "Order a shelf", "imre.castellane", AT.date())
        about = About("resource", number)
        assert plan_action(about, plan=plan, actor=cast.requester, at=AT).startswith("ACT")
        with pytest.raises(NotAllowed):
            plan_action(about, plan=plan, actor=cast.auditor, at=AT)


class TestPeople:
    def test_they_are_counted_from_the_records(self, cast: Cast) -> None:
        found = queries.people_now(actor=cast.auditor)
        assert found.everybody > 0
        desk = next(each for each in found.teams if each.code == "service-desk")
        assert 0 < desk.leads <= desk.people
        mail = next(each for each in found.services if each.name == "Mail")
        assert mail.people >= 1

    def test_each_counts_in_a_fixed_number_of_queries(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        for position in range(3):
            number = recorded(cast, name=f"Racks {position}")
            give(number, *MORE, actor=cast.process_owner)
        with django_assert_num_queries(4):
            assert len(queries.resource_shortages(actor=cast.auditor, at=AT)) == 3


class TestDue:
    def test_the_figures_of_a_quarter_are_due_until_both_are_given(self, cast: Cast) -> None:
        number = recorded(cast)
        asked = Asked(AT.date() + timedelta(days=40), SYSTEM, AT)
        (row,) = due_figures(asked)
        assert (row.code, row.day, row.owner) == (number, date(2026, 3, 31), "Imre Castellane")
        assert row.owner_id == cast.requester.person_id
        assert list(due_figures(replace(asked, until=AT.date()))) == []
        assert list(due_figures(replace(asked, since=date(2026, 4, 1)))) == []
        assert list(due_figures(replace(asked, skip=1))) == []
        own = replace(asked, actor=cast.manager, is_own=True)
        assert list(due_figures(own)) == []
        give(number, *MORE, actor=cast.process_owner)
        assert list(due_figures(asked)) == []

    def test_of_what_is_retired_nothing_is_due(self, cast: Cast) -> None:
        number = recorded(cast)
        actions.retire_resource(number, actor=cast.process_owner, at=AT)
        assert list(due_figures(Asked(date(2026, 4, 1), SYSTEM, AT))) == []
        assert Resource.objects.get().is_retired
