"""The one search: what it finds, for whom, in how many queries, and what it never shows."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import AT, Cast, later, opened
from tests.catalogue import publish_catalogue
from tests.incidents import row
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.search import actions
from timshel.kernel.search.models import KeptSearch, Word
from timshel.kernel.search.queries import kept_searches
from timshel.kernel.search.sources import Hit, Narrowing, Results, search, suggest
from timshel.resolution_fulfilment.incident import actions as incident

SECRET = "zirconium"


def found(text: str, by: Actor, **more: Any) -> Results:
    return search(text, actor=by, at=later(hours=1), **more)


def keys(results: Results) -> list[str]:
    return [hit.key for hit in results.hits]


def hit_of(results: Results, key: str) -> Hit:
    return next(hit for hit in results.hits if hit.key == key)


def shown(results: Results) -> str:
    """Everything that a reader could see of results."""
    texts = [part.text for hit in results.hits for part in (*hit.title, *hit.excerpt)]
    return " ".join([*texts, *results.instead, *(str(hit.line) for hit in results.hits)]).lower()


@pytest.fixture
def printer(cast: Cast) -> str:
    return opened(
        cast.requester,
        title="L’imprimante du 3ᵉ étage n’imprime plus",
        description="Paper jam in tray 2 since the Wi-Fi update, error 0x8007.",
    )


class TestWords:
    @pytest.mark.parametrize(
        "text",
        [
            "imprimante",
            "Imprimantes",
            "IMPRIMANTE etage",
            "étage",
            "jam paper",
            "jams",
            "updates",
            "wifi",
            "wi-fi",
            '"paper jam"',
            "0x8007",
            "scanner OR imprimante",
            "the imprimante on my étage",
            "imprimante -scanner",
        ],
    )
    def test_found_in_any_form_and_language(self, printer: str, cast: Cast, text: str) -> None:
        assert keys(found(text, cast.agent)) == [printer]
        assert keys(found(text, cast.requester)) == [printer]

    @pytest.mark.parametrize(
        "text",
        ['"jam paper"', "imprimante -jam", "imprimante -étage", "-imprimante", "", "   ", '"', "-"],
    )
    def test_what_does_not_fit_is_not_found(self, printer: str, cast: Cast, text: str) -> None:
        assert keys(found(text, cast.agent)) == []

    def test_a_typing_error_is_forgiven_once_the_words_are_known(
        self, printer: str, cast: Cast
    ) -> None:
        assert keys(found("imprimnate", cast.agent)) == []
        assert actions.learn_words() > 0
        results = found("imprimnate", cast.agent)
        assert keys(results) == [printer]
        assert results.instead == ("imprimante",)
        assert keys(found('"imprimnate"', cast.agent)) == []
        assert actions.learn_words() == 0

    def test_the_last_word_may_go_on_while_it_is_typed(self, printer: str, cast: Cast) -> None:
        for text in ("imp", "impri", "étage imp", "imprimante d"):
            results = suggest(text, actor=cast.agent, at=AT)
            assert keys(results) == [printer], text
            assert results.hits[0].excerpt == ()
        assert keys(suggest("im", actor=cast.agent, at=AT)) == []

    def test_what_fits_is_marked(self, printer: str, cast: Cast) -> None:
        hit = hit_of(found("etage papers", cast.agent), printer)
        assert [part.text for part in hit.title if part.is_match] == ["étage"]
        assert [part.text for part in hit.excerpt if part.is_match] == ["Paper"]


class TestNumbers:
    @pytest.mark.parametrize("write", ["{0}", "INC{1}", "inc-{1}", "#{1}", "{1}", "{0} please"])
    def test_a_number_is_found_however_written(self, cast: Cast, write: str) -> None:
        numbers = [opened(cast.requester) for _each in range(3)]
        wanted = numbers[1]
        text = write.format(wanted, int(wanted[3:]))
        first = found(text, cast.agent).hits[0]
        assert (first.key, first.is_exact) == (wanted, True)

    def test_where_a_number_is_mentioned_comes_after_it(self, cast: Cast) -> None:
        first = opened(cast.requester)
        second = opened(cast.requester, title=f"As in {first} again")
        assert keys(found(f"inc{int(first[3:])}", cast.agent)) == [first, second]

    def test_a_number_that_no_column_holds_is_no_error(self, cast: Cast) -> None:
        assert keys(found("INC9999999999", cast.agent)) == []


class TestOrder:
    def test_open_before_closed_newer_before_older_title_before_text(self, cast: Cast) -> None:
        in_text = opened(cast.requester, title="Something", description="The beamer hums.")
        closed = opened(cast.requester, title="Beamer hums")
        incident.cancel_incident(closed, reason="Twice.", actor=cast.lead, at=AT)
        older = opened(cast.requester, title="Beamer hums", at=later(days=-90))
        newer = opened(cast.requester, title="Beamer hums")
        assert keys(found("beamer", cast.agent)) == [newer, older, closed, in_text]

    def test_pages_go_on_where_the_last_one_ended(self, cast: Cast) -> None:
        numbers = {opened(cast.requester, title=f"Beamer {each}") for each in range(5)}
        first = found("beamer", cast.agent, group="work", size=3)
        assert len(first.hits) == 3
        after = first.groups[0].next
        assert after is not None
        second = found("beamer", cast.agent, group="work", size=3, after=after)
        assert {*keys(first), *keys(second)} == numbers
        assert second.groups[0].next is None

    @pytest.mark.parametrize("after", ["x", "-1", "9999", "~", "1e3", "٣"])
    def test_a_page_that_is_not_ours_is_refused(self, cast: Cast, after: str) -> None:
        with pytest.raises(Invalid):
            found("beamer", cast.agent, group="work", after=after)
        with pytest.raises(Invalid):
            found("beamer", cast.agent, group="nothing")


class TestNarrowing:
    def test_each_narrows(self, cast: Cast) -> None:
        mine = opened(cast.requester, title="Beamer one")
        closed = opened(cast.other_requester, title="Beamer two", service="mail")
        incident.cancel_incident(closed, reason="Twice.", actor=cast.lead, at=AT)
        incident.take_incident(mine, actor=cast.agent, at=later(1))

        def narrowed(**to: Any) -> list[str]:
            return keys(found("beamer", cast.agent, narrowing=Narrowing(**to)))

        assert sorted(narrowed()) == sorted([mine, closed])
        assert narrowed(stages=frozenset({"cancelled"})) == [closed]
        assert narrowed(is_open=True) == [mine]
        assert narrowed(is_open=False) == [closed]
        assert narrowed(is_mine=True) == [mine]
        assert narrowed(service_id=cast.services["mail"]) == [closed]
        assert narrowed(kinds=frozenset({"task"})) == []
        assert narrowed(since=later(1)) == []
        assert narrowed(until=AT) == []
        assert sorted(narrowed(since=AT, until=later(1))) == sorted([mine, closed])


class TestOthers:
    def test_people_are_found_by_name_mail_and_number(self, cast: Cast) -> None:
        person = hit_of(found("adeyemi", cast.agent), "solveig.adeyemi")
        assert person.kind == "person"
        assert "solveig.adeyemi" in keys(found("solv adey", cast.agent))
        actions.learn_words()
        assert "solveig.adeyemi" in keys(found("adeyemy", cast.agent))

    def test_offerings_and_services_are_found_by_who_may_ask(self, cast: Cast) -> None:
        publish_catalogue()
        by_kind = {hit.kind: hit.key for hit in found("laptop", cast.requester).hits}
        assert by_kind["service"] == "laptop"
        assert "laptop-standard" in keys(found("ordinateur", cast.french_requester))
        assert "laptop-standard" not in keys(found("laptop", cast.customer))
        assert "laptop-dock" not in keys(found("laptop -screen", cast.requester))
        actions.learn_words()
        assert "laptop-standard" in keys(found("labtop", cast.requester))


class TestRights:
    """Nothing of what somebody may not read is found, counted, marked, suggested or named."""

    @pytest.fixture
    def noted(self, cast: Cast) -> str:
        number = opened(cast.requester, title="The lamp hums")
        incident.note_on_incident(
            number, text=f"Looks like {SECRET} dust.", actor=cast.agent, at=later(1)
        )
        incident.reply_to_incident(number, text="Is it the ballast?", actor=cast.agent, at=later(2))
        actions.learn_words()
        return number

    def test_a_note_is_found_by_who_may_read_it(self, noted: str, cast: Cast) -> None:
        for reader in (cast.agent, cast.lead):
            hit = hit_of(found(SECRET, reader), noted)
            assert hit.excerpt_of == "note"
            assert SECRET in shown(found(SECRET, reader))

    @pytest.mark.parametrize("text", [SECRET, "zirconiun", "zircon", f'"{SECRET}"', "dust OR xyz"])
    def test_a_note_is_nothing_to_others(self, noted: str, cast: Cast, text: str) -> None:
        for reader in (
            cast.requester,
            cast.other_requester,
            cast.customer,
            cast.facilities_agent,
        ):
            results = found(text, reader)
            assert noted not in keys(results)
            assert SECRET not in shown(results)
            assert SECRET not in shown(suggest(text, actor=reader, at=AT))
            assert results.instead == ()

    def test_no_piece_of_a_note_stands_beside_a_hit(self, noted: str, cast: Cast) -> None:
        results = found(f"lamp OR {SECRET}", cast.requester)
        assert keys(results) == [noted]
        assert SECRET not in shown(results)

    def test_who_sees_work_without_its_notes_is_shown_none(self, noted: str, cast: Cast) -> None:
        for reader in (cast.service_owner, cast.administrator):
            may_read = reader.scope("work.read_notes").covers(
                team=row(noted).team_id, unit=row(noted).unit_id, service=row(noted).service_id
            )
            assert (SECRET in shown(found(SECRET, reader))) == may_read

    def test_the_requester_finds_what_was_said_to_them(self, noted: str, cast: Cast) -> None:
        hit = hit_of(found("ballast", cast.requester), noted)
        assert (hit.excerpt_of, hit.address) == ("reply", ("case", "incident", noted))
        assert keys(found("ballast", cast.other_requester)) == []

    def test_others_work_is_not_found_by_number_or_word(self, cast: Cast) -> None:
        number = opened(cast.requester, title="The lamp hums")
        for text in (number, number[3:], f"INC{int(number[3:])}", "lamp", "lam"):
            for reader in (cast.other_requester, cast.customer, cast.facilities_agent):
                assert keys(found(text, reader)) == []
                assert keys(suggest(text, actor=reader, at=AT)) == []

    def test_people_are_found_by_nobody_who_may_not_see_them(self, cast: Cast) -> None:
        for text in ("adeyemi", "solveig", "solveig.adeyemi", "adeyemy"):
            assert keys(found(text, cast.other_requester)) == []
            assert keys(found(text, cast.customer)) == []


class TestQueries:
    def test_as_many_however_many_hits(
        self,
        cast: Cast,
        django_assert_num_queries: DjangoAssertNumQueries,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        publish_catalogue()
        for each in range(8):
            number = opened(cast.requester, title=f"Beamer {each}")
            incident.reply_to_incident(number, text="Which beamer?", actor=cast.agent, at=later(1))
        with django_assert_num_queries(13):
            found("beamer", cast.agent)
        with django_assert_num_queries(9):
            suggest("beam", actor=cast.agent, at=AT)
        with django_assert_max_num_queries(24):
            found("beemer", cast.agent)


class TestKept:
    def test_recent_searches_are_kept_newest_first_each_once(self, cast: Cast) -> None:
        for minute, text in enumerate(["one", "two", "one", "   ", ""]):
            actions.note_search(text, asked={}, actor=cast.agent, at=later(minute))
        actions.note_search("one", asked={"open": "open"}, actor=cast.agent, at=later(9))
        _saved, recent = kept_searches(actor=cast.agent)
        assert [(each.text, each.asked) for each in recent] == [
            ("one", {"open": "open"}),
            ("one", {}),
            ("two", {}),
        ]
        assert kept_searches(actor=cast.lead) == ((), ())
        for minute in range(30):
            actions.note_search(f"word {minute}", asked={}, actor=cast.agent, at=later(hours=1))
        assert len(kept_searches(actor=cast.agent)[1]) == actions.MOST_RECENT
        actions.forget_recent(actor=cast.agent, at=AT)
        assert kept_searches(actor=cast.agent) == ((), ())

    def test_searches_are_saved_by_name(self, cast: Cast) -> None:
        given: dict[str, Any] = {"asked": {"kind": "task", "odd": "x"}, "actor": cast.agent}
        key = actions.save_search("beamer", name="Beamers", at=AT, **given)
        assert actions.save_search("beamer hums", name="Beamers", at=AT, **given) == key
        (saved,), _recent = kept_searches(actor=cast.agent)
        assert (saved.name, saved.text, saved.asked) == ("Beamers", "beamer hums", {"kind": "task"})
        with pytest.raises(NotFound):
            actions.forget_search(key, actor=cast.lead, at=AT)
        actions.forget_search(key, actor=cast.agent, at=AT)
        assert not KeptSearch.objects.exists()

    @pytest.mark.parametrize(("text", "name"), [("", "A"), ("a", ""), ("a", "x" * 81)])
    def test_what_cannot_be_saved(self, cast: Cast, text: str, name: str) -> None:
        with pytest.raises(Invalid):
            actions.save_search(text, name=name, asked={}, actor=cast.agent, at=AT)
        assert not KeptSearch.objects.exists()

    def test_no_more_than_fifty(self, cast: Cast) -> None:
        given: dict[str, Any] = {"asked": {}, "actor": cast.agent, "at": AT}
        for each in range(actions.MOST_SAVED):
            actions.save_search("a", name=f"Search {each}", **given)
        with pytest.raises(Invalid):
            actions.save_search("a", name="One more", **given)
        actions.save_search("b", name="Search 7", **given)


def test_words_are_learnt_from_everything_once(cast: Cast) -> None:
    number = opened(cast.requester, title="Kaleidoscope")
    incident.reply_to_incident(number, text="Réfrigérateur", actor=cast.agent, at=later(1))
    actions.learn_words(batch=3)
    known = set(Word.objects.values_list("text", flat=True))
    assert {"kaleidoscope", "refrigerateur", "adeyemi"} <= known
    actions.forget_marks(["people", "catalogue"])
    assert actions.learn_words() == 0
