"""Macros, saved replies and text modules: for whom they are, and what they do to work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction

from tests.cast import Cast, later, opened
from tests.incidents import row
from tests.witness import Witness, contents
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.macro import queries
from timshel.operation.macro.actions import (
    MacroGiven,
    ModuleGiven,
    ReplyGiven,
    change_macro,
    change_reply,
    create_macro,
    create_module,
    create_reply,
    note_reply_use,
    run_macro,
)
from timshel.operation.work.deeds import DeedKind
from timshel.operation.work.models import Comment
from timshel.reactions import connect
from timshel.resolution_fulfilment.incident.queries import incident

REPLY: Mapping[str, Any] = {
    "do": "reply",
    "texts": {
        "en": "Dear {{requester.first_name}}, we look at {{number}} now. {{agent.name}}",
        "fr": "Bonjour {{requester.first_name}}, nous regardons {{number}}. {{agent.name}}",
    },
}
TAKE: Mapping[str, Any] = {"do": "assign", "team": "service-desk", "assignee": "me"}
RESOLVE: Mapping[str, Any] = {
    "do": "move",
    "trigger": "resolve",
    "code": "fixed",
    "text": "A new cable.",
}


@pytest.fixture(autouse=True)
def _connected() -> None:
    connect()


def given(**more: Any) -> MacroGiven:
    """Return a macro that takes a case, answers and resolves it."""
    return MacroGiven(**{"name": "New cable", "steps": (TAKE, REPLY, RESOLVE), **more})


class TestRun:
    def test_does_all_of_it(self, cast: Cast) -> None:
        number = opened(cast.requester)
        key = create_macro(given(), actor=cast.agent, at=later(1))
        run = run_macro(key, number=number, actor=cast.agent, at=later(2))
        assert (run.name, run.number, run.steps) == ("New cable", number, 3)
        assert (row(number).stage, row(number).assignee_id) == ("resolved", cast.agent.person_id)
        said = Comment.objects.get(work_item__number=number)
        assert said.text == f"Dear Imre, we look at {number} now. Jonas Okereke-Vale"
        verbs = [line.verb for line in incident(number, actor=cast.agent, at=later(2)).history]
        assert verbs[1:] == [
            "work.macro_ran",
            "incident.assigned",
            "incident.replied",
            "incident.resolved",
        ]
        (listed,) = queries.macro_list(actor=cast.agent)
        assert (listed.uses, listed.used_at) == (1, later(2))

    def test_speaks_the_language_of_who_asked(self, cast: Cast) -> None:
        number = opened(cast.french_requester)
        key = create_macro(given(steps=(REPLY,)), actor=cast.agent, at=later(1))
        run_macro(key, number=number, actor=cast.agent, at=later(2))
        said = Comment.objects.get(work_item__number=number)
        assert said.text.startswith("Bonjour Maëlle, nous regardons INC")

    def test_does_nothing_where_one_step_is_refused(self, cast: Cast) -> None:
        number = opened(cast.requester)
        steps = (TAKE, REPLY, {"do": "move", "trigger": "close"})
        key = create_macro(given(steps=steps), actor=cast.agent, at=later(1))
        before = contents()
        with pytest.raises(WrongState) as refused, transaction.atomic():
            run_macro(key, number=number, actor=cast.agent, at=later(2))
        assert contents() == before
        assert str(refused.value.message).startswith(
            "“New cable” did nothing: step 3 of 3 was refused."
        )

    def test_names_what_is_not_known(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester, service=None)
        steps = ({"do": "reply", "text": "About {{service}}, {{requester.site}}"},)
        key = create_macro(given(steps=steps), actor=cast.process_owner, at=later(1))
        plan = queries.macro_plan(key, number=number, actor=cast.process_owner, at=later(1))
        assert [step.missing for step in plan.steps] == [("service",)]
        with witness.refused(WrongState) as refused:
            run_macro(key, number=number, actor=cast.process_owner, at=later(2))
        assert str(refused.value.message) == "Not known here: {{service}}. Nothing was done."

    def test_is_for_the_kinds_it_names(self, cast: Cast) -> None:
        number = opened(cast.requester)
        key = create_macro(given(kinds=("task",)), actor=cast.agent, at=later(1))
        assert queries.macro_list(kind="incident", actor=cast.agent) == ()
        with pytest.raises(WrongState):
            run_macro(key, number=number, actor=cast.agent, at=later(2))

    def test_gives_nobody_a_right_they_lack(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester, service="heating")
        key = create_macro(
            given(audience="everyone", steps=(REPLY,)), actor=cast.administrator, at=later(1)
        )
        with witness.refused(NotFound):
            run_macro(key, number=number, actor=cast.agent, at=later(2))
        with witness.refused(NotAllowed):
            run_macro(key, number=number, actor=cast.process_owner, at=later(2))

    def test_the_plan_tells_what_is_possible(self, cast: Cast) -> None:
        number = opened(cast.requester)
        key = create_macro(given(audience="everyone"), actor=cast.administrator, at=later(1))
        plan = queries.macro_plan(key, number=number, actor=cast.agent, at=later(1))
        assert [(step.deed.kind, step.is_possible) for step in plan.steps] == [
            (DeedKind.ASSIGN, True),
            (DeedKind.REPLY, True),
            (DeedKind.MOVE, True),
        ]
        deeds = queries.macro_deeds(key, actor=cast.agent)
        assert "{{requester.first_name}}" in deeds[1].values["text"]
        planned = queries.planned_deeds(key, number=number, actor=cast.agent, at=later(1))
        assert planned[1].values["text"].startswith("Dear Imre")


class TestKeeping:
    def test_ones_own_is_nobody_elses(self, cast: Cast) -> None:
        key = create_macro(given(), actor=cast.agent, at=later(1))
        assert [each.id for each in queries.macro_list(actor=cast.agent)] == [key]
        for other in (cast.second_agent, cast.lead, cast.administrator, cast.requester):
            assert queries.macro_list(actor=other) == ()
            with pytest.raises(NotFound):
                queries.macro_deeds(key, actor=other)

    def test_that_of_a_team_is_for_its_members(self, cast: Cast) -> None:
        key = create_macro(
            given(audience="team", team="service-desk"), actor=cast.lead, at=later(1)
        )
        for reader in (cast.agent, cast.second_agent, cast.lead, cast.administrator):
            assert [each.id for each in queries.macro_list(actor=reader)] == [key]
        for other in (cast.facilities_agent, cast.requester, cast.auditor):
            assert queries.macro_list(actor=other) == ()
        changes = {
            reader.name: queries.macro(key, actor=reader).may_change
            for reader in (cast.agent, cast.lead, cast.administrator)
        }
        assert changes == {
            cast.agent.name: False,
            cast.lead.name: True,
            cast.administrator.name: True,
        }

    @pytest.mark.parametrize("who", ["agent", "lead", "service_owner"])
    def test_what_everybody_finds_needs_the_right(
        self, cast: Cast, witness: Witness, who: str
    ) -> None:
        with witness.refused(NotAllowed):
            create_macro(given(audience="everyone"), actor=getattr(cast, who), at=later(1))

    def test_a_lead_keeps_their_teams_alone(self, cast: Cast, witness: Witness) -> None:
        with witness.refused(NotAllowed):
            create_macro(
                given(audience="team", team="facilities-desk"), actor=cast.lead, at=later(1)
            )

    def test_who_asks_for_help_keeps_nothing(self, cast: Cast, witness: Witness) -> None:
        with witness.refused(NotAllowed):
            create_macro(given(), actor=cast.requester, at=later(1))

    def test_a_change_is_journalled_and_needs_the_right_for_what_it_becomes(
        self, cast: Cast, witness: Witness
    ) -> None:
        key = create_macro(given(), actor=cast.agent, at=later(1))
        with witness.watching() as seen:
            change_macro(key, given=given(name="Cable"), actor=cast.agent, at=later(2))
        assert seen.entry.verb == "macro.changed"
        assert seen.entry.changes == {"name": ["New cable", "Cable"]}
        with witness.watching() as nothing:
            change_macro(key, given=given(name="Cable"), actor=cast.agent, at=later(3))
        assert nothing.entries == []
        with witness.refused(NotAllowed):
            change_macro(key, given=given(audience="everyone"), actor=cast.agent, at=later(4))

    def test_what_is_offered_no_more_is_not_run(self, cast: Cast) -> None:
        number = opened(cast.requester)
        key = create_macro(given(), actor=cast.agent, at=later(1))
        change_macro(key, given=given(is_active=False), actor=cast.agent, at=later(2))
        assert queries.macro_list(active_only=True, actor=cast.agent) == ()
        with pytest.raises(NotFound):
            run_macro(key, number=number, actor=cast.agent, at=later(3))

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 121}, "name"),
            ({"audience": "all"}, "audience"),
            ({"audience": "team"}, "team"),
            ({"audience": "team", "team": "nobody"}, "team"),
            ({"kinds": ("problem",)}, "kinds"),
            ({"steps": ()}, "steps"),
            ({"steps": ({"do": "dance"},)}, "steps"),
            ({"steps": ({"do": "reply", "text": ""},)}, "steps"),
            ({"steps": ({"do": "reply", "texts": {}},)}, "steps"),
            ({"steps": ({"do": "note", "text": "{{requester.salary}}"},)}, "steps"),
            ({"steps": (TAKE,) * 21}, "steps"),
            ({"steps": ("reply",)}, "steps"),
        ],
    )
    def test_what_is_malformed_is_refused(
        self, cast: Cast, witness: Witness, wrong: dict[str, Any], field: str
    ) -> None:
        with witness.refused(Invalid) as refused:
            create_macro(given(**wrong), actor=cast.agent, at=later(1))
        assert list(refused.value.fields) == [field]


class TestTexts:
    def test_a_reply_is_filled_in_the_language_of_who_asked(self, cast: Cast) -> None:
        texts = {
            "en": "{{requester.name}}: {{service}}, {{stage}}, {{today}}",
            "fr": "{{requester.name}} : {{service}}, {{stage}}, {{today}}",
        }
        key = create_reply(ReplyGiven(name="Where", texts=texts), actor=cast.agent, at=later(1))
        for who, expected in (
            (cast.requester, "Imre Castellane: Laptop and screen, New, 2 March 2026"),
            (
                cast.french_requester,
                "Maëlle Tessonneau : Ordinateur et écran, Nouveau, 2 mars 2026",
            ),
        ):
            number = opened(who)
            found = queries.filled_reply(key, number=number, actor=cast.agent, at=later(1))
            assert (found.text, found.missing) == (expected, ())
            assert queries.replies_for(number, actor=cast.agent, at=later(1)) == (found,)

    def test_the_value_of_a_name_is_not_read_again(self, cast: Cast) -> None:
        number = opened(cast.requester, title="{{agent.name}} is slow")
        key = create_reply(
            ReplyGiven(name="Title", texts={"en": "{{ title }}"}), actor=cast.agent, at=later(1)
        )
        found = queries.filled_reply(key, number=number, actor=cast.agent, at=later(1))
        assert found.text == "{{agent.name}} is slow"

    def test_missing_values_stand_as_they_are_and_are_named(self, cast: Cast) -> None:
        number = opened(cast.requester, service=None)
        key = create_reply(
            ReplyGiven(name="S", texts={"en": "{{service}} – {{number}}"}),
            actor=cast.process_owner,
            at=later(1),
        )
        found = queries.filled_reply(key, number=number, actor=cast.process_owner, at=later(1))
        assert (found.text, found.missing) == (f"{{{{service}}}} – {number}", ("service",))

    def test_links_and_promises_come_from_where_they_are_known(self, cast: Cast) -> None:
        number = opened(cast.requester)
        texts = {"en": "{{promised}} {{link}}"}
        key = create_reply(ReplyGiven(name="P", texts=texts), actor=cast.agent, at=later(1))
        found = queries.filled_reply(key, number=number, actor=cast.agent, at=later(1))
        assert found.missing == ()
        assert found.text.endswith(f"/cases/{number}")

    def test_a_text_of_work_one_cannot_see_is_not_filled(self, cast: Cast) -> None:
        number = opened(cast.requester)
        key = create_reply(
            ReplyGiven(name="T", texts={"en": "{{title}}"}, audience="everyone"),
            actor=cast.administrator,
            at=later(1),
        )
        with pytest.raises(NotFound):
            queries.filled_reply(key, number=number, actor=cast.facilities_agent, at=later(1))

    def test_uses_are_counted(self, cast: Cast) -> None:
        key = create_reply(
            ReplyGiven(name="T", texts={"en": "Thanks."}), actor=cast.agent, at=later(1)
        )
        note_reply_use(key, actor=cast.agent, at=later(2))
        note_reply_use(key, actor=cast.agent, at=later(3))
        found = queries.reply(key, actor=cast.agent)
        assert (found.uses, found.used_at) == (2, later(3))
        with pytest.raises(NotFound):
            change_reply(
                key, given=ReplyGiven(name="T", texts={"en": "x"}), actor=cast.lead, at=later(4)
            )

    def test_of_one_keyword_the_nearest_is_taken(self, cast: Cast) -> None:
        number = opened(cast.requester)
        for who, more, text in (
            (cast.administrator, {"audience": "everyone"}, "everybody's"),
            (cast.lead, {"audience": "team", "team": "service-desk"}, "the team's"),
            (cast.agent, {}, "my own"),
        ):
            module = ModuleGiven(name="Bye", keyword="Bye", texts={"en": text}, **more)
            create_module(module, actor=who, at=later(1))
        found = {
            reader.name: [
                each.text
                for each in queries.modules_for(number, beginning="B", actor=reader, at=later(2))
            ]
            for reader in (cast.agent, cast.second_agent, cast.administrator)
        }
        assert found == {
            cast.agent.name: ["my own"],
            cast.second_agent.name: ["the team's"],
            cast.administrator.name: ["the team's"],
        }

    def test_a_keyword_is_there_once(self, cast: Cast, witness: Witness) -> None:
        module = ModuleGiven(name="Bye", keyword="bye", texts={"en": "Goodbye"})
        create_module(module, actor=cast.agent, at=later(1))
        with witness.refused(Invalid) as refused:
            create_module(module, actor=cast.agent, at=later(2))
        assert list(refused.value.fields) == ["keyword"]
        create_module(module, actor=cast.second_agent, at=later(2))

    @pytest.mark.parametrize("keyword", ["", "two words", "x" * 31, "-a", "::"])
    def test_a_keyword_is_one_word(self, cast: Cast, witness: Witness, keyword: str) -> None:
        module = ModuleGiven(name="Bye", keyword=keyword, texts={"en": "Goodbye"})
        with witness.refused(Invalid):
            create_module(module, actor=cast.agent, at=later(1))
