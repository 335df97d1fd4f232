"""Packs: every file meets its schema, a wrong one is named, and loading is done once."""

from __future__ import annotations

import inspect
import json
import re
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from django.db.models import F
from jsonschema import Draft202012Validator

from tests import cast as cast_of_tests
from tests.demonstration import AT
from timshel.context.people.models import Person
from timshel.interfaces.connectors.packs import (
    Demonstration,
    InvalidPack,
    load_demonstration,
    load_standard,
    packs_directory,
)
from timshel.interfaces.connectors.packs import demonstration as demonstration_pack
from timshel.interfaces.connectors.packs.files import line_of, pack_file, pack_files
from timshel.interfaces.connectors.packs.history import tell, tell_earlier
from timshel.interfaces.connectors.packs.stories import plan_of, stories_of
from timshel.kernel.actor import Actor, ActorKind, Channel, system_actor
from timshel.kernel.errors import NotAllowed
from timshel.kernel.filters import Asker
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority.access import PERMISSIONS
from timshel.leadership.authority.actions import sign_in
from timshel.leadership.authority.models import Grant, Role
from timshel.leadership.authority.queries import actor_for
from timshel.operation.process.models import ProcessRun, ProcessVersion
from timshel.operation.process.states import VersionState
from timshel.operation.rating.models import Rating
from timshel.operation.view.fields import FIELDS
from timshel.operation.view.queries import saved_views
from timshel.operation.work.access import Following
from timshel.operation.work.models import Comment, WorkItem
from timshel.operation.work.rules import TASK, VIEW_SHARED
from timshel.operation.work.states import OPEN_STAGES, Stage, WaitingReason
from timshel.performance_evaluation.indicator.models import Indicator
from timshel.performance_evaluation.internal_audit.models import Sample
from timshel.relationship_agreement.service_level.models import (
    BusinessCalendar,
    Clock,
    Target,
)
from timshel.relationship_agreement.service_level.queries.book import waiting_rules
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident import states as incident
from timshel.resolution_fulfilment.incident.histories import Cancelled, Closed
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.queries.cases import case_list
from timshel.resolution_fulfilment.service_request import access as service_request
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.states import Outcome
from timshel.service_portfolio.service.models import Offering, PriorityMatrix, Service
from timshel.service_portfolio.service.queries import matrix_for, route

PACKS = packs_directory()
STORIES = sorted(path.name for path in (PACKS / "demonstration" / "stories").glob("*.yaml"))
WRITTEN = [
    str(path.relative_to(PACKS))
    for folder in ("forms", "catalogue")
    for path in sorted(PACKS.glob(f"*/{folder}/*.yaml"))
]
"""What people read and fill in; what it says is looked at in tests/unit/test_packs_content.py."""
CHECKED = [
    *(f"standard/{name}.yaml" for name in ("roles", "priority-matrix", "service-levels")),
    *(f"standard/{name}.yaml" for name in ("risks", "audit-questions")),
    *(f"standard/{name}.yaml" for name in ("conformity", "crosswalk")),
    *(f"demonstration/{name}.yaml" for name in demonstration_pack.FILES),
    *(f"demonstration/stories/{name}" for name in STORIES),
    *WRITTEN,
]
WITHOUT_SIGN_IN = {
    *("budget_holder", "safety_officer", "computing_committee", "purchasing_board"),
    *("telephone_system", "unit_reader", "monitoring_system"),
}
"""Roles of those who approve, of a machine, and one held beside another: none has a sign-in."""
SYSTEM = system_actor()
HISTORY = pack_file("demonstration/history.yaml").data
ORDERS = pack_file("demonstration/requests.yaml").data["requests"]
LATELY, EARLIER = HISTORY["incidents"], HISTORY["earlier"]["incidents"]
READ_AT_LEAST = 20


def nobody() -> Actor:
    return Actor(kind=ActorKind.PERSON, name="Nobody", channel=Channel.DESK)


def actor_of(code: str) -> Actor:
    """Return somebody of the demonstration who acts."""
    found = actor_for(Person.objects.get(code=code).pk, channel=Channel.DESK)
    assert found is not None
    return found


def kept_between(since: int, until: int) -> float:
    """Return the share of first words that came in time, of cases reported some weeks ago."""
    clocks = Clock.objects.filter(
        kind=ClockKind.RESPOND,
        state__in=["met", "missed"],
        work_item__opened_at__gt=AT - timedelta(weeks=since),
        work_item__opened_at__lte=AT - timedelta(weeks=until),
    )
    return clocks.filter(state="met").count() / clocks.count()


class TestFiles:
    @pytest.mark.parametrize("name", CHECKED)
    def test_every_file_meets_its_schema(self, name: str) -> None:
        assert pack_file(name).data

    @pytest.mark.parametrize("path", sorted((PACKS / "schemas").glob("*.json")), ids=str)
    def test_every_schema_is_one(self, path: Path) -> None:
        Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))

    def test_no_file_is_left_unchecked(self) -> None:
        found = {
            str(path.relative_to(PACKS))
            for folder in ("standard", "demonstration")
            for path in (PACKS / folder).rglob("*")
            if path.is_file() and path.suffix != ".bpmn"
        }
        assert found == set(CHECKED)

    @pytest.fixture
    def directory(self, tmp_path: Path) -> Path:
        return Path(shutil.copytree(PACKS, tmp_path / "packs"))

    @pytest.mark.parametrize(
        ("name", "old", "new", "sentence"),
        [
            (
                "standard/roles.yaml",
                "    name: Agent",
                "    nmae: Agent",
                "standard/roles.yaml, line 10, roles[2]: “nmae” is not known here.",
            ),
            (
                "standard/roles.yaml",
                "    name: Agent\n",
                "",
                "standard/roles.yaml, line 10, roles[2]: “name” is missing.",
            ),
            (
                "standard/priority-matrix.yaml",
                "[1, 2, 3]",
                "[1, 2, x]",
                "standard/priority-matrix.yaml, line 5, matrix[1][3]: "
                "'x' should be of type integer.",
            ),
            (
                "demonstration/people.yaml",
                "traits: [vip]",
                "traits: [tall]",
                "demonstration/people.yaml, line 20, people[2].traits[1]: "
                "'tall' is not one of: vip, executive_office, accessibility.",
            ),
            (
                "demonstration/stories/computer.yaml",
                "after: 5-25 min",
                "after: soon",
                "demonstration/stories/computer.yaml, line 15, stories[1].steps[1].after: "
                "'soon' does not have the form ^[0-9]+(-[0-9]+)? (min|h|d)$.",
            ),
            (
                "demonstration/stories/computer.yaml",
                "{do: take, after: 5-25 min}",
                "{do: dance, after: 5-25 min}",
                "demonstration/stories/computer.yaml, line 15, stories[1].steps[1].do: 'dance' is "
                "not one of: take, answer, note, reply, wait, resume, escalate, assign, resolve, "
                "reopen, confirm, cancel, withdraw.",
            ),
            (
                "standard/roles.yaml",
                "roles:\n",
                "roles: [\n",
                "standard/roles.yaml, line 4: this is not YAML",
            ),
            (
                "standard/roles.yaml",
                "    name: Agent\n",
                "    name: Agent\n    name: Agent again\n",
                "standard/roles.yaml, line 12: this is not YAML (“name” stands here twice).",
            ),
        ],
    )
    def test_a_wrong_file_is_named_with_the_place_and_the_mistake(
        self, directory: Path, name: str, old: str, new: str, sentence: str
    ) -> None:
        path = directory / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InvalidPack) as fault:
            pack_file(name, directory=directory)
        assert str(fault.value).startswith(sentence)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidPack, match=r"^standard/roles.yaml cannot be read.$"):
            pack_file("standard/roles.yaml", directory=tmp_path)

    def test_lines_are_counted_from_one(self) -> None:
        text = "a:\n  - b: 1\n  - b: 2\n"
        assert line_of(text, ["a", 1, "b"]) == 3
        assert line_of(text, ["a", 7]) == 2
        assert line_of(text, []) == 1

    def test_a_story_that_is_not_told_cannot_go_on(self, directory: Path) -> None:
        path = directory / "demonstration" / "history.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("story: dock-two-screens", "story: flood", 1), encoding="utf-8"
        )
        stories = stories_of(pack_files("demonstration/stories"))
        with pytest.raises(InvalidPack, match=r"open\[1\]\.story: There is no story flood\."):
            plan_of(pack_file("demonstration/history.yaml", directory=directory), stories)


class TestStories:
    STORIES = stories_of(pack_files("demonstration/stories"))

    def test_there_are_many(self) -> None:
        assert len(self.STORIES) >= 60
        assert len({story.title for story in self.STORIES.values()}) == len(self.STORIES)

    def test_all_places_in_texts_are_filled(self) -> None:
        for story in self.STORIES.values():
            texts = [story.title, story.description]
            texts += [text for step in story.steps for text in step.words.values()]
            places = {place for text in texts for place in re.findall(r"{(\w+)}", text)}
            assert places <= {*story.vary, "requester"}, story.code
            assert set(story.vary) <= places, story.code

    def test_offerings_teams_and_people_exist(self) -> None:
        areas = pack_file("demonstration/services.yaml").data["areas"]
        offered = {
            offering["code"]
            for area in areas
            for service in area["services"]
            for offering in service["offerings"]
        }
        organization = pack_file("demonstration/organization.yaml").data
        people = pack_file("demonstration/people.yaml").data["people"]
        assert {story.offering for story in self.STORIES.values()} <= offered
        for story in self.STORIES.values():
            assert story.by.people <= {row["code"] for row in people}, story.code
            for part in ("sites", "units", "customers"):
                assert getattr(story.by, part) <= {row["code"] for row in organization[part]}
            given = {step.words["team"] for step in story.steps if "team" in step.words}
            assert given <= {row["code"] for row in organization["teams"]}, story.code


@pytest.mark.django_db
class TestStandard:
    def test_it_is_loaded_once(self) -> None:
        assert load_standard(actor=SYSTEM, at=AT) > 0
        before = Entry.objects.count()
        assert load_standard(actor=SYSTEM, at=AT) == 0
        assert Entry.objects.count() == before
        assert set(Role.objects.values_list("code", flat=True)) == {
            *("requester", "agent", "team_lead", "service_owner"),
            *("process_owner", "manager", "auditor", "administrator", "budget_holder"),
            *("telephone_system", "unit_reader", "monitoring_system"),
        }
        held = {name for role in Role.objects.all() for name in role.permissions}
        assert held <= set(PERMISSIONS)
        assert matrix_for(None)["11"] == 1
        assert matrix_for(None)["33"] == 5
        assert Target.objects.count() == 10
        assert waiting_rules()[ClockKind.RESOLVE, "requester"]
        assert not waiting_rules()[ClockKind.RESOLVE, "supplier"]

    def test_names_are_translated(self) -> None:
        load_standard(actor=SYSTEM, at=AT)
        assert Role.objects.get(code="agent").text("name", "fr") == "Agent"
        assert all(role.translations["fr"]["name"] for role in Role.objects.all())

    def test_what_was_changed_since_stays(self) -> None:
        load_standard(actor=SYSTEM, at=AT)
        Role.objects.filter(code="agent").update(permissions=["work.view"])
        PriorityMatrix.objects.update(cells={**matrix_for(None), "33": 4})
        load_standard(actor=SYSTEM, at=AT)
        assert Role.objects.get(code="agent").permissions == ["work.view"]
        assert matrix_for(None)["33"] == 4

    def test_refused_without_the_right_and_nothing_changed(self) -> None:
        with pytest.raises(NotAllowed):
            load_standard(actor=nobody(), at=AT)
        assert not Role.objects.exists()
        assert not Entry.objects.exists()

    def test_waiting_follows_the_file(self, tmp_path: Path) -> None:
        directory = Path(shutil.copytree(PACKS, tmp_path / "packs"))
        path = directory / "standard" / "service-levels.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("supplier, pauses: false", "supplier, pauses: true"))
        load_standard(actor=SYSTEM, at=AT, directory=directory)
        assert waiting_rules()[ClockKind.RESOLVE, "supplier"]

    def test_an_unknown_permission_is_named_with_its_place(self, tmp_path: Path) -> None:
        directory = Path(shutil.copytree(PACKS, tmp_path / "packs"))
        path = directory / "standard" / "roles.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("[incident.report, ", "[incident.dance, ", 1))
        with pytest.raises(InvalidPack) as fault:
            load_standard(actor=SYSTEM, at=AT, directory=directory)
        assert str(fault.value) == (
            "standard/roles.yaml, line 8, roles[1].permissions: "
            "There is no permission incident.dance."
        )
        assert not Role.objects.exists()


@pytest.fixture(scope="module")
def loaded(demonstration: Demonstration) -> Demonstration:
    """What the loading of the demonstration said, for the tests below."""
    return demonstration


class TestDemonstration:
    @pytest.fixture(autouse=True)
    def database(self, loaded: Demonstration) -> None:
        """Use the organisation of the module."""

    def test_it_is_an_organisation(self, loaded: Demonstration) -> None:
        assert Person.objects.count() == 72
        assert Person.objects.filter(customer__isnull=False).count() == 4
        assert Service.objects.count() == 43
        assert Offering.objects.count() == 106
        assert loaded.incidents == LATELY + EARLIER
        # Two came by mail, four from monitoring.
        assert WorkItem.objects.filter(kind=incident.KIND).count() == LATELY + EARLIER + 2 + 4
        # One order is a bundle of four parts.
        assert ServiceRequest.objects.count() == len(ORDERS) + 4
        assert WorkItem.objects.filter(kind=TASK).count() > len(ORDERS)

    def test_every_offering_is_routed_to_a_team_with_members(self, loaded: Demonstration) -> None:
        from timshel.context.people.queries import members_of

        for offering in Offering.objects.all():
            team = route(None, offering.pk)
            assert team is not None, offering.code
            assert members_of([team]), offering.code

    def test_everything_is_named_in_french(self, loaded: Demonstration) -> None:
        for row in (*Service.objects.all(), *Offering.objects.all()):
            assert row.translations["fr"]["name"], row.code
        assert all(service.translations["fr"]["summary"] for service in Service.objects.all())

    def test_somebody_answers_for_every_process_in_use(self, loaded: Demonstration) -> None:
        published = ProcessVersion.objects.filter(state=VersionState.PUBLISHED)
        assert published.count() == 31
        assert not published.filter(owner__isnull=True).exists()
        assert not published.filter(owner__is_active=False).exists()

    def test_work_stands_in_every_stage_and_waits_for_every_reason(
        self, loaded: Demonstration
    ) -> None:
        stages = Counter(WorkItem.objects.values_list("stage", flat=True))
        assert set(stages) == set(Stage)
        assert stages[Stage.NEW] >= 8
        reasons = WorkItem.objects.filter(stage=Stage.WAITING).values_list("waiting_reason")
        assert {reason for (reason,) in reasons} == set(WaitingReason)
        assert WorkItem.objects.filter(reopenings__gt=0).count() >= 5
        assert WorkItem.objects.filter(reassignments__gt=0).count() >= 50

    def test_some_is_late_and_some_nearly(self, loaded: Demonstration) -> None:
        running = Clock.objects.filter(kind=ClockKind.RESOLVE, stopped_at__isnull=True)
        assert running.filter(state="breached").count() >= 3
        nearly = running.filter(state="running", due_at__gt=AT, elapsed__gte=F("target") * 0.75)
        assert nearly.count() >= 2
        met = Clock.objects.filter(kind=ClockKind.RESOLVE, state="met").count()
        assert met > 5 * Clock.objects.filter(kind=ClockKind.RESOLVE, state="missed").count()

    def test_nothing_happens_later_than_now(self, loaded: Demonstration) -> None:
        assert not WorkItem.objects.filter(updated_at__gt=AT).exists()
        assert not Comment.objects.filter(at__gt=AT).exists()
        began = AT - timedelta(weeks=HISTORY["earlier"]["weeks"])
        assert WorkItem.objects.earliest("opened_at").opened_at >= began

    def test_cases_reach_two_years_back_and_the_old_ones_are_over(
        self, loaded: Demonstration
    ) -> None:
        earlier = WorkItem.objects.filter(
            external_references__source=demonstration_pack.SOURCE,
            external_references__external_id__startswith="earlier-",
        )
        assert earlier.count() == EARLIER
        assert set(earlier.values_list("stage", flat=True)) == {Stage.CLOSED, Stage.CANCELLED}
        opened = sorted(earlier.values_list("opened_at", flat=True))
        assert opened[0] < AT - timedelta(weeks=100)
        assert opened[-1] < AT - timedelta(weeks=HISTORY["weeks"])
        assert sum(each.weekday() > 4 for each in opened) < EARLIER / 20
        assert earlier.latest("updated_at").updated_at < AT
        assert Rating.objects.filter(work_item__in=earlier).count() > EARLIER / 20

    def test_every_case_of_the_past_was_promised_something(self, loaded: Demonstration) -> None:
        first = WorkItem.objects.order_by("opened_at")[:100]
        kinds = Clock.objects.filter(work_item__in=list(first)).values_list("kind", flat=True)
        assert Counter(kinds)[ClockKind.RESOLVE] >= 95

    def test_fewer_promises_are_broken_than_in_the_beginning_but_for_a_bad_quarter(
        self, loaded: Demonstration
    ) -> None:
        (strain,) = HISTORY["earlier"]["strains"]
        first, strained, last = (
            kept_between(since, until)
            for since, until in ((104, 78), (strain["since"], strain["until"]), (31, 5))
        )
        assert strained < first < last

    def test_indicators_were_read_for_two_years(self, loaded: Demonstration) -> None:
        # Orders reach a year back only, so that what was delivered has not been read for long.
        rows = Indicator.objects.exclude(measure="fulfil_attainment")
        read = {row.title: row.readings.count() for row in rows}
        assert {title: count for title, count in read.items() if count < READ_AT_LEAST} == {}
        assert Indicator.objects.get(measure="fulfil_attainment").readings.count() >= 10
        months = Indicator.objects.get(measure="respond_attainment").readings
        assert months.earliest("first_day").first_day < (AT - timedelta(weeks=95)).date()

    def test_orders_came_to_every_end_and_some_are_open(self, loaded: Demonstration) -> None:
        orders = ServiceRequest.objects.all()
        outcomes = Counter(orders.values_list("outcome", flat=True))
        assert set(outcomes) == {"", *Outcome} - {Outcome.IMPOSSIBLE}
        assert outcomes[Outcome.FULFILLED] >= 20
        assert outcomes[""] >= 8
        recent = orders.filter(work_item__opened_at__gt=AT - timedelta(days=91))
        assert recent.count() > orders.count() / 2
        assert orders.earliest("work_item__opened_at").work_item.opened_at < AT - timedelta(
            days=300
        )
        assert not ProcessRun.objects.filter(state="stuck").exists()
        fulfil = Clock.objects.filter(kind=ClockKind.FULFIL, work_item__kind=service_request.KIND)
        states = Counter(fulfil.values_list("state", flat=True))
        assert states["met"] > 3 * states["missed"] > 0
        assert states["breached"] > 0

    def test_orders_wait_in_the_queues_of_desks(self, loaded: Demonstration) -> None:
        for code in ("jonas.okereke", "petra.wolmar", "nils.fagerholt", "hyejin.pellerin"):
            tasks = WorkItem.objects.visible_to(actor_of(code)).filter(kind=TASK)
            assert tasks.filter(stage__in=OPEN_STAGES).exists(), code

    def test_the_auditor_drew_from_what_was_ordered(self, loaded: Demonstration) -> None:
        sample = Sample.objects.get(kind=service_request.KIND)
        assert len(sample.numbers) == 8
        assert sample.population > 8

    def test_the_same_moment_gives_the_same_history(self, loaded: Demonstration) -> None:
        loader = demonstration_pack._Loader(SYSTEM, AT, lambda _done: None, None)
        told = [
            tell(loader._stories, loader._plan, house=loader._house(), at=AT) for _again in range(2)
        ]
        assert told[0] == told[1]
        assert len({history.external_id for history in told[0]}) == LATELY

    @pytest.mark.parametrize(
        "at",
        [
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
            datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
        ],
        ids=["the clocks change", "a leap day", "a new year"],
    )
    def test_a_history_leads_up_to_any_moment(self, at: datetime, loaded: Demonstration) -> None:
        loader = demonstration_pack._Loader(SYSTEM, at, lambda _done: None, None)
        house = loader._house()
        told = tell(loader._stories, loader._plan, house=house, at=at)
        earlier = tell_earlier(loader._stories, loader._plan, house=house, at=at)
        assert (len(told), len(earlier)) == (LATELY, EARLIER)
        assert {type(each.happenings[-1]) for each in earlier} == {Closed, Cancelled}
        for history in (*earlier, *told):
            moments = [history.opened_at, *(each.at for each in history.happenings), at]
            assert moments == sorted(moments), history.external_id

    def test_who_writes_french_is_answered_in_french(self, loaded: Demonstration) -> None:
        speakers = {"Pascal Giraudel", "Luc Archambeau-Dion", "Gaëlle Morissonneau"}
        speakers |= {"Delphine Ormesson-Clay", "Leïla Morvan"}
        desk = Comment.objects.filter(
            work_item__requester__language="fr",
            work_item__team__code__in=["service-desk", "facilities-desk", "travel-desk"],
            by_requester=False,
        )
        assert desk.exists()
        assert set(desk.values_list("author_name", flat=True)) <= speakers

    def test_numbers_follow_the_time_of_report(self, loaded: Demonstration) -> None:
        numbered = WorkItem.objects.order_by("number").values_list("opened_at", flat=True)
        opened = list(numbered[: loaded.incidents])
        assert opened == sorted(opened)

    def test_nobody_helps_themselves(self, loaded: Demonstration) -> None:

        assert not WorkItem.objects.filter(assignee=F("requester")).exists()

    def test_what_is_resolved_has_words_and_a_code(self, loaded: Demonstration) -> None:
        ended = Incident.objects.filter(work_item__stage__in=[Stage.RESOLVED, Stage.CLOSED])
        assert not ended.filter(resolution_code__isnull=True).exists()
        assert not ended.filter(resolution_text="").exists()

    def test_nobody_is_told_of_the_past(self, loaded: Demonstration) -> None:
        from procrastinate.contrib.django.models import ProcrastinateJob

        from timshel.support.communication.models import OutgoingMessage

        # Of a poor rating the leads of a team read in the product, not by mail.
        silent = (
            "charter.read_promise",
            "rating.tell_rated",
            # Of who left, what they answered for is handed over; nobody is told of what is old.
            "authority.hand_over_accounts",
            "webhook.stop_of_leaver",
            "alert.hand_over_reports",
        )
        jobs = ProcrastinateJob.objects.exclude(task_name__in=silent)
        assert not jobs.exists()
        # One shows what came back.
        (message,) = OutgoingMessage.objects.all()
        assert message.address == "former.address@gone.example"
        assert message.state == "bounced"

    def test_desks_have_views_of_their_own_that_find_work(self, loaded: Demonstration) -> None:
        found = {
            code: {each.name: each for each in saved_views(actor=actor_of(code))}
            for code in ("jonas.okereke", "petra.wolmar")
        }
        shared = {"Waiting for a supplier", "Executive office and VIPs"}
        assert set(found["petra.wolmar"]) == shared
        assert set(found["jonas.okereke"]) == shared | {
            "Late or nearly late, nobody on it",
            "Our board by person",
            "My deadlines of the month",
        }
        for each in found["jonas.okereke"].values():
            wanted = FIELDS.condition(each.look.filter, Asker(actor_of("jonas.okereke"), AT))
            assert WorkItem.objects.filter(wanted).exists(), each.name

    def test_people_have_rated_what_was_done_for_them(self, loaded: Demonstration) -> None:
        scores = Counter(Rating.objects.values_list("score", flat=True))
        assert set(scores) == {2, 3, 4, 5}
        assert not Rating.objects.filter(at__gt=AT).exists()
        actor = actor_of("imre.castellane")
        newest = case_list(actor=actor, at=AT, open=False, size=1).items[0]
        assert not Rating.objects.filter(pk=newest.id).exists()

    def test_somebody_follows_what_their_unit_asked_for(self, loaded: Demonstration) -> None:
        assert "demandeuse" in {sign.username for sign in loaded.sign_ins}
        reader = actor_of("maelle.tessonneau")
        assert reader.may_somewhere(VIEW_SHARED)
        assert case_list(actor=reader, at=AT, whose=Following.UNIT).items

    def test_loading_it_again_changes_nothing(self, loaded: Demonstration) -> None:
        before = (Entry.objects.count(), WorkItem.objects.count(), Grant.objects.count())
        again = load_demonstration(actor=SYSTEM, at=AT + timedelta(days=3))
        assert (again.added, again.incidents) == (0, 0)
        assert again.sign_ins == loaded.sign_ins
        assert before == (Entry.objects.count(), WorkItem.objects.count(), Grant.objects.count())

    def test_every_sign_in_works_and_shows_its_role(self, loaded: Demonstration) -> None:
        roles = {sign.role for sign in loaded.sign_ins}
        assert roles == set(Role.objects.values_list("code", flat=True)) - WITHOUT_SIGN_IN
        for sign in loaded.sign_ins:
            account = sign_in(sign.username, password=loaded.password, origin="test", at=AT)
            actor = actor_for(account.person_id, channel=Channel.DESK)
            assert actor is not None
            assert actor.name == sign.name
            role = Role.objects.get(code=sign.role)
            assert all(actor.may_somewhere(name) for name in role.permissions), sign.username

    def test_the_head_office_counts_its_own_hours(self, loaded: Demonstration) -> None:
        current = BusinessCalendar.objects.get(code="office-hours", valid_until__isnull=True)
        assert (current.time_zone, current.holiday_region) == ("Europe/London", "ENG")

    def test_the_cast_of_the_tests_is_part_of_it(self, loaded: Demonstration) -> None:
        known = dict(Person.objects.values_list("code", "name"))
        source = inspect.getsource(cast_of_tests._people)
        named = dict(re.findall(r'"([a-z]+\.[a-z]+)",\s+"([A-Z][^"]+)"', source))
        assert len(named) == 13
        for code, name in named.items():
            assert known[code] == name


@pytest.mark.django_db
class TestRefusals:
    def test_refused_without_the_right_and_nothing_changed(self) -> None:
        load_standard(actor=SYSTEM, at=AT - timedelta(weeks=10))
        before = Entry.objects.count()
        with pytest.raises(NotAllowed):
            load_demonstration(actor=nobody(), at=AT)
        assert not Person.objects.exists()
        assert Entry.objects.count() == before

    def test_what_does_not_fit_is_named_and_nothing_is_loaded(self, tmp_path: Path) -> None:
        directory = Path(shutil.copytree(PACKS, tmp_path / "packs"))
        path = directory / "demonstration" / "people.yaml"
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        data["people"][3]["unit"] = "nowhere"
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        with pytest.raises(InvalidPack) as fault:
            load_demonstration(actor=SYSTEM, at=AT, directory=directory)
        assert str(fault.value).startswith("demonstration/people.yaml, line ")
        assert str(fault.value).endswith("people[4].unit: There is no unit nowhere.")
        assert not Person.objects.exists()

    def test_it_can_be_loaded_on_a_holiday_night(self) -> None:
        at = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)
        assert load_demonstration(actor=SYSTEM, at=at).incidents == LATELY + EARLIER
        assert not WorkItem.objects.filter(updated_at__gt=at).exists()
