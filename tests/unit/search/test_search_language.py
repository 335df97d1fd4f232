"""The language of the one search: what texts mean, and that none is an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.search.conditions import text_query
from timshel.kernel.search.highlights import Part, excerpt, has_match, is_like, marked
from timshel.kernel.search.language import (
    LONGEST_TEXT,
    MOST_TERMS,
    Number,
    cleaned,
    folded,
    read,
    telling,
    with_beginnings,
    words_of,
)
from timshel.kernel.search.vocabulary import alike, distance, is_near, worth_knowing

ANYTHING = st.one_of(
    st.text(),
    st.text(alphabet="ab \"-|()&!:*'\\<>%_#½²Œéß1 ORTou\t\n\0", max_size=60),
    st.lists(st.sampled_from(["OR", '"', "-", "a", "INC12", "the", "12", '"a b"', "é"])).map(
        " ".join
    ),
)


def groups_of(text: str) -> list[list[str]]:
    return [[term.text for term in group] for group in read(text).groups]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("printer paper", [["printer"], ["paper"]]),
        ("Étage RÉSEAU œuvre", [["etage"], ["reseau"], ["oeuvre"]]),
        ("printer OR scanner paper", [["printer", "scanner"], ["paper"]]),
        ("imprimante OU scanner", [["imprimante", "scanner"]]),
        ("or ou", [["or"], ["ou"]]),
        ("OR printer", [["printer"]]),
        ("printer OR", [["printer"]]),
        ('"paper jam" tray', [["paper jam"], ["tray"]]),
        ("“paper jam”", [["paper jam"]]),
        ('"paper jam', [["paper jam"]]),
        ('paper"jam', [["paper"], ["jam"]]),
        ("jean.dupont@x.example", [["jean dupont x example"]]),
        ("I need a new laptop, please", [["laptop"]]),
        ("the", [["the"]]),
        ('"the" laptop', [["the"], ["laptop"]]),
        ("½ file_name", [["1 2"], ["file name"]]),
        ("INC12", [["inc12", "inc0000012"]]),
        ("inc0000012", [["inc0000012"]]),
        ("", []),
        ('- "" . | OR -"', []),
    ],
)
def test_what_a_text_means(text: str, groups: list[list[str]]) -> None:
    assert groups_of(text) == groups


def test_what_is_excluded() -> None:
    query = read('printer -colour -"paper jam" − -- wi-fi')
    assert [term.text for term in query.excluded] == ["colour", "paper jam"]
    assert [term.text for term in query.terms] == ["printer", "wi fi"]
    assert query.terms[1].joined == "wifi"
    assert not read("-colour")
    assert text_query(read("-colour")) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("INC12", [Number("inc", 12)]),
        ("inc0000012", [Number("inc", 12)]),
        ("#12", [Number("", 12)]),
        (" 0012 ", [Number("", 12)]),
        ("inc-12", [Number("inc", 12)]),
        ("see INC12, and TSK3.", [Number("inc", 12), Number("tsk", 3)]),
        ("12 printers", []),
        ("INC", []),
        ("12345678901", []),
    ],
)
def test_numbers(text: str, numbers: list[Number]) -> None:
    assert list(read(text).numbers) == numbers


def test_a_number_is_written_as_people_know_it() -> None:
    assert Number("inc", 12).written() == "INC0000012"
    assert Number("", 12).written("TSK") == "TSK0000012"


def test_the_last_word_goes_on_while_it_is_typed() -> None:
    assert [term.is_beginning for term in read("paper pri", is_typing=True).terms] == [False, True]
    assert groups_of("paper pr") == [["paper"], ["pr"]]
    assert [term.text for term in read("paper pr", is_typing=True).terms] == ["paper"]
    assert [term.text for term in read("pr", is_typing=True).terms] == ["pr"]
    assert not read('"paper jam"', is_typing=True).terms[0].is_beginning
    opened = with_beginnings(read('printer tv "paper"'))
    assert [term.is_beginning for term in opened.terms] == [True, False, False]


@given(ANYTHING)
def test_no_text_is_an_error(text: str) -> None:
    for is_typing in (False, True):
        query = read(text, is_typing=is_typing)
        assert len(query.text) <= LONGEST_TEXT
        assert len(query.groups) <= MOST_TERMS
        assert all(group for group in query.groups)
        for word in query.words:
            assert word.isalnum()
            assert word == folded(word)
        wanted = text_query(query)
        assert (wanted is None) == (not query.groups)
        assert read(query.text).text == query.text


@given(ANYTHING, ANYTHING)
def test_marking_changes_no_letter(text: str, typed: str) -> None:
    query = read(typed)
    assert "".join(part.text for part in marked(text, query)) == text
    piece = excerpt(text, query)
    assert len("".join(part.text for part in piece)) <= 180 + 4
    assert all(part.text for part in piece)


def test_marks_show_forms_and_accents() -> None:
    parts = marked("L’imprimante des étages : impressions", read("imprimantes étage"))
    assert [part.text for part in parts if part.is_match] == ["imprimante", "étages"]
    assert not has_match(marked("printers", read('"printer"')))
    assert marked("", read("a")) == ()
    assert marked("Wi-Fi", read("wifi")) == (Part("Wi-Fi", is_match=False),)


def test_an_excerpt_shows_most_of_what_fits() -> None:
    text = "First printer. " + "Nothing of note here. " * 20 + "The printer jams on paper."
    piece = "".join(part.text for part in excerpt(text, read("printer jams paper")))
    assert piece.startswith("… ")
    assert piece.endswith("The printer jams on paper.")


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
def test_the_distance_is_one_of_letters(first: str, second: str) -> None:
    steps = distance(first, second)
    assert steps == distance(second, first)
    assert (steps == 0) == (first == second)
    assert abs(len(first) - len(second)) <= steps <= max(len(first), len(second))


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [
        ("laptop", "labtop", 1),
        ("printer", "pritner", 1),
        ("bicycle", "bycicle", 2),
        ("", "abc", 3),
        ("ca", "abc", 3),
    ],
)
def test_distances(first: str, second: str, steps: int) -> None:
    assert distance(first, second) == steps


def test_short_words_forgive_less() -> None:
    assert is_near("wifi", "wfii")
    assert not is_near("wifi", "wide")
    assert is_near("laptop", "lpatpo")
    assert not is_near("tv", "tw")
    assert is_near("tv", "tv")


def test_what_is_worth_knowing() -> None:
    assert worth_knowing(["the", "printer", "kb09", "x" * 41, "étage"]) == {"printer", "étage"}
    assert alike(["abc", "x" * 50]) == {}


def test_words_and_forms() -> None:
    assert words_of("L’Œuvre nº 3—file_name") == ("l", "oeuvre", "no", "3", "file", "name")
    assert telling(["the", "laptop", "laptop"]) == ("laptop",)
    assert telling(["the", "the"]) == ("the",)
    assert is_like("printers", "printer")
    assert not is_like("print", "paper")
    assert cleaned(" a \0 b\ud800 ") == "a b"
