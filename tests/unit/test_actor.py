"""Scopes and actors: what is granted where."""

from __future__ import annotations

import dataclasses

import pytest
from django.utils.translation import override

from timshel.kernel.actor import (
    EVERYWHERE,
    NOWHERE,
    Actor,
    ActorKind,
    Channel,
    Scope,
    author,
    system_actor,
)

TEAM_5 = Scope(within={"team": frozenset({5})})
UNIT_2 = Scope(within={"unit": frozenset({2, 3})})


def test_a_scope_covers_its_keys_and_no_others() -> None:
    assert TEAM_5.covers(team=5)
    assert not TEAM_5.covers(team=6)
    assert not TEAM_5.covers(unit=5)
    assert not TEAM_5.covers(team=None)
    assert not TEAM_5.covers()


def test_one_fitting_key_is_enough() -> None:
    assert TEAM_5.covers(unit=9, team=5, service=None)


def test_everywhere_covers_things_without_any_key() -> None:
    assert EVERYWHERE.covers()
    assert EVERYWHERE.covers(team=None)
    assert not NOWHERE.covers(team=1)


def test_scopes_add_up() -> None:
    both = TEAM_5 | UNIT_2 | Scope(within={"team": frozenset({7})})
    assert both.keys("team") == {5, 7}
    assert both.keys("unit") == {2, 3}
    assert not both.everywhere
    assert (both | EVERYWHERE).everywhere
    assert TEAM_5.keys("team") == {5}, "adding leaves its parts alone"


def test_a_scope_without_keys_is_nowhere() -> None:
    assert not Scope(within={"team": frozenset()})
    assert not NOWHERE
    assert TEAM_5
    assert EVERYWHERE


def actor(**scopes: Scope) -> Actor:
    return Actor(
        kind=ActorKind.PERSON, name="Ada Okafor", channel=Channel.DESK, person_id=4, scopes=scopes
    )


def test_an_actor_has_what_was_granted_and_nothing_else() -> None:
    ada = actor(view=TEAM_5)
    assert ada.may("view", team=5)
    assert not ada.may("view", team=6)
    assert not ada.may("change", team=5)
    assert ada.may_somewhere("view")
    assert not ada.may_somewhere("change")
    assert ada.scope("change") == NOWHERE


def test_an_actor_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        actor().name = "someone else"  # type: ignore[misc]


def test_the_system_may_everything_and_says_who_it_is() -> None:
    system = system_actor("closing what is due")
    assert system.may("anything.at_all")
    assert system.may_somewhere("anything.at_all")
    assert system.person_id is None
    assert (system.kind, system.name, system.channel) == (
        ActorKind.SYSTEM,
        "closing what is due",
        Channel.SYSTEM,
    )
    assert system_actor(channel=Channel.IMPORT).kind is ActorKind.IMPORT


@pytest.mark.parametrize(
    ("actor", "english", "french"),
    [
        (system_actor("timshel demo"), "Timshel", "Timshel"),
        (system_actor("timshel import", Channel.IMPORT), "Timshel", "Timshel"),
        (system_actor(), "Timshel", "Timshel"),
        (system_actor("Indicators"), "Indicators", "Indicateurs"),
        (Actor(ActorKind.PERSON, "Indicators", Channel.DESK), "Indicators", "Indicators"),
        (Actor(ActorKind.ROBOT, "timshel watch", Channel.API), "timshel watch", "timshel watch"),
        (Actor(ActorKind.SYSTEM, "", Channel.SYSTEM), "", ""),
    ],
)
def test_what_the_system_did_is_told_in_words(actor: Actor, english: str, french: str) -> None:
    with override("en"):
        assert author(actor.kind, actor.name) == english
    with override("fr"):
        assert author(actor.kind, actor.name) == french
