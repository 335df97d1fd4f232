"""Free words on work, journalled, offered again, and kept in order by an administrator."""

from __future__ import annotations

import pytest

from tests.cast import AT, Cast, later, opened
from tests.ordered import offer_laptop, ordered
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.models import Tag, WorkTag
from timshel.operation.work.deeds import read_deed
from timshel.operation.work.handling import perform, possible


def tags(number: str, cast: Cast) -> tuple[str, ...]:
    return queries.around(number, actor=cast.agent, at=later(5)).tags


def key(name: str) -> int:
    return Tag.objects.get(name=name).pk


def test_tags_are_added_and_taken_off(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.watching() as seen:
        added = actions.tag_work(number, tags=["#Screen ", "new  starter"], actor=cast.agent, at=AT)
    assert added == ("Screen", "new starter")
    assert seen.verbs == ["work.tagged"]
    assert seen.entry.changes == {"tags": [[], ["Screen", "new starter"]]}
    assert tags(number, cast) == ("new starter", "Screen")
    assert actions.untag_work(number, tags=["SCREEN", "x"], actor=cast.agent, at=AT) == ("Screen",)
    assert tags(number, cast) == ("new starter",)


def test_the_same_word_is_one_tag_whatever_its_case(cast: Cast, witness: Witness) -> None:
    first, second = opened(cast.requester), opened(cast.requester)
    actions.tag_work(first, tags=["VPN"], actor=cast.agent, at=AT)
    actions.tag_work(second, tags=["vpn", "Vpn"], actor=cast.agent, at=AT)
    assert tags(second, cast) == ("VPN",)
    with witness.unmoved():
        assert actions.tag_work(second, tags=["vPN"], actor=cast.agent, at=AT) == ()
        assert actions.untag_work(second, tags=["other"], actor=cast.agent, at=AT) == ()


@pytest.mark.parametrize("bad", [[], ["  "], ["#"], ["x" * 51], ["a,b"], ["a\0"]])
def test_what_no_tag_can_be(bad: list[str], cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.refused(Invalid):
        actions.tag_work(number, tags=bad, actor=cast.agent, at=AT)


def test_thirty_are_enough(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    actions.tag_work(number, tags=[f"t{each}" for each in range(30)], actor=cast.agent, at=AT)
    with witness.refused(Invalid):
        actions.tag_work(number, tags=["more"], actor=cast.agent, at=AT)


def test_tags_are_the_helpers(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    actions.tag_work(number, tags=["difficult"], actor=cast.agent, at=AT)
    for who in ("requester", "manager", "auditor"):
        with witness.refused(NotAllowed):
            actions.tag_work(number, tags=["x"], actor=getattr(cast, who), at=AT)
    with witness.refused(NotFound):
        actions.tag_work(number, tags=["x"], actor=cast.facilities_agent, at=AT)
    assert queries.around(number, actor=cast.requester, at=AT).tags == ()
    assert queries.around(number, actor=cast.manager, at=AT).tags == ("difficult",)


def test_used_tags_are_offered(cast: Cast) -> None:
    number = opened(cast.requester)
    actions.tag_work(number, tags=["Screen", "Broken screen", "VPN"], actor=cast.agent, at=AT)
    offered = queries.tags_matching("scr", actor=cast.agent)
    assert offered == ("Screen", "Broken screen")
    assert queries.tags_matching("", actor=cast.agent) == ("Broken screen", "Screen", "VPN")
    assert queries.tags_matching("a\0", actor=cast.agent) == ()
    with pytest.raises(NotAllowed):
        queries.tags_matching("s", actor=cast.requester)


def test_a_tag_is_renamed_everywhere(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    actions.tag_work(number, tags=["scren"], actor=cast.agent, at=AT)
    with witness.refused(NotAllowed):
        actions.rename_tag(key("scren"), name="screen", actor=cast.lead, at=AT)
    with witness.refused(Invalid):
        actions.rename_tag(key("scren"), name=" ", actor=cast.administrator, at=AT)
    with witness.refused(NotFound):
        actions.rename_tag(2**62, name="screen", actor=cast.administrator, at=AT)
    with witness.watching() as seen:
        actions.rename_tag(key("scren"), name="screen", actor=cast.administrator, at=AT)
    assert seen.verbs == ["tag.renamed"]
    assert tags(number, cast) == ("screen",)
    with witness.unmoved():
        actions.rename_tag(key("screen"), name="screen", actor=cast.administrator, at=AT)
    actions.rename_tag(key("screen"), name="Screen", actor=cast.administrator, at=AT)
    assert tags(number, cast) == ("Screen",)


def test_a_tag_that_gets_the_name_of_another_is_merged_into_it(cast: Cast) -> None:
    first, second = opened(cast.requester), opened(cast.requester)
    actions.tag_work(first, tags=["pc", "laptop"], actor=cast.agent, at=AT)
    actions.tag_work(second, tags=["pc"], actor=cast.agent, at=AT)
    actions.rename_tag(key("pc"), name="LAPTOP", actor=cast.administrator, at=AT)
    assert tags(first, cast) == tags(second, cast) == ("laptop",)
    assert [each.name for each in Tag.objects.all()] == ["laptop"]


def test_tags_are_merged_and_deleted(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    actions.tag_work(number, tags=["a", "b", "c"], actor=cast.agent, at=AT)
    for act in (
        lambda: actions.merge_tags(key("a"), into_id=key("b"), actor=cast.agent, at=AT),
        lambda: actions.delete_tag(key("a"), actor=cast.agent, at=AT),
        lambda: queries.tag_list(actor=cast.agent),
    ):
        with witness.refused(NotAllowed):
            act()
    with witness.unmoved():
        actions.merge_tags(key("a"), into_id=key("a"), actor=cast.administrator, at=AT)
    actions.merge_tags(key("a"), into_id=key("b"), actor=cast.administrator, at=AT)
    listed = queries.tag_list(actor=cast.administrator).items
    assert [(each.name, each.uses) for each in listed] == [("b", 1), ("c", 1)]
    with witness.watching() as seen:
        actions.delete_tag(key("c"), actor=cast.administrator, at=AT)
    assert seen.entry.changes == {"name": ["c", None], "uses": [1, 0]}
    assert tags(number, cast) == ("b",)
    assert WorkTag.objects.count() == 1


def test_tags_are_listed_by_name_whatever_their_case_a_page_at_a_time(cast: Cast) -> None:
    number, who = opened(cast.requester), cast.administrator
    actions.tag_work(
        number, tags=["vpn", "Broken screen", "Zoom", "screen"], actor=cast.agent, at=AT
    )
    actions.tag_work(opened(cast.requester), tags=["VPN"], actor=cast.agent, at=AT)
    first = queries.tag_list(actor=who, size=3)
    assert [each.name for each in first.items] == ["Broken screen", "screen", "vpn"]
    assert [each.uses for each in first.items] == [1, 1, 2]
    rest = queries.tag_list(actor=who, size=3, cursor=first.next_cursor)
    assert [each.name for each in rest.items] == ["Zoom"]
    assert rest.next_cursor is None
    found = queries.tag_list("SCREEN", actor=who).items
    assert [each.name for each in found] == ["Broken screen", "screen"]
    assert queries.tag_list("a\0", actor=who).items == ()
    assert queries.tag(key("vpn"), actor=who).uses == 2
    named = queries.tag_named("#Vpn", actor=who)
    assert named is not None
    assert named.name == "vpn"
    assert queries.tag_named("vp", actor=who) is None
    assert queries.tag_named("a\0", actor=who) is None
    with pytest.raises(NotFound):
        queries.tag(2**62, actor=who)
    for refused in (
        lambda: queries.tag(key("vpn"), actor=cast.lead),
        lambda: queries.tag_named("vpn", actor=cast.lead),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_tags_are_deeds_of_every_kind_of_work(cast: Cast) -> None:
    offer_laptop(cast)
    for number in (opened(cast.requester), ordered(cast.requester)):
        who = cast.lead
        assert set(possible(number, actor=who)) >= {"tag", "untag", "watch", "link"}
        perform(number, read_deed({"do": "tag", "tags": ["x", "y"]}), actor=who, at=AT)
        perform(number, read_deed({"do": "untag", "tags": ["x"]}), actor=who, at=AT)
        assert queries.around(number, actor=who, at=AT).tags == ("y",)
