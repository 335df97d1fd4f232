"""Words, marks and fields as readers and screen readers meet them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from timshel.interfaces.web import badges, icons, wording
from timshel.kernel.paging import Page
from timshel.operation.work.states import Stage

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2), "2 days"),
        (-timedelta(hours=3), "3 h"),
    ],
)
def test_spans(length: timedelta, expected: str) -> None:
    assert wording.span(length) == expected


def test_relative_moments() -> None:
    assert wording.relative_moment(NOW + timedelta(hours=3), NOW) == "in 3 h"
    assert wording.relative_moment(NOW - timedelta(days=3), NOW) == "3 days ago"
    assert wording.relative_moment(NOW, NOW) == "now"


def test_moments_are_written_in_the_readers_zone() -> None:
    with timezone.override("America/Toronto"):
        assert wording.short_moment(NOW) == "2 March 2026 07:00"
        assert wording.exact_moment(NOW) == "Monday 2 March 2026 07:00 EST"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KB"),
        (25 * 1024**2, "25 MB"),
        (3 * 1024**4, "3072 GB"),
    ],
)
def test_file_sizes(size: int, expected: str) -> None:
    assert wording.file_size(size) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://tracker.example/p.png)",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg onload=alert(1)>",
        "`<iframe src=//evil.example>`",
        '[x](https://ok.example "onmouseover=alert(1)")',
    ],
)
def test_rich_text_is_harmless(typed: str) -> None:
    html = wording.rich_text(typed).lower()
    inside_tags = " ".join(re.findall(r"<[^>]*>", html))
    for danger in ("<script", "<img", "<svg", "<iframe", "javascript:", "data:", "onerror"):
        assert danger not in inside_tags


def test_rich_text_is_rich() -> None:
    html = wording.rich_text("# Title\n\n**bold** and *soft*\n\n- one\n- two")
    assert html == (
        "<h3>Title</h3>\n<p><strong>bold</strong> and <em>soft</em></p>\n"
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )
    link = wording.rich_text("[here](https://example.org/)")
    assert 'rel="noopener noreferrer nofollow"' in link


@dataclass
class Clock:
    state: str
    due_at: datetime | None


@pytest.mark.parametrize(
    ("state", "due_in", "tone", "words"),
    [
        ("running", timedelta(hours=3), "running", "due in 3 h"),
        ("running", timedelta(minutes=30), "soon", "due in 30 min"),
        ("running", -timedelta(hours=3), "late", "3 h late"),
        ("breached", -timedelta(days=4), "late", "4 days late"),
        ("paused", None, "paused", "paused"),
        ("met", timedelta(hours=1), "met", "kept"),
        ("missed", -timedelta(hours=1), "late", "not kept"),
        ("cancelled", timedelta(hours=1), "quiet", "ended"),
    ],
)
def test_clocks_say_it_in_words(
    state: str, due_in: timedelta | None, tone: str, words: str
) -> None:
    mark = badges.clock(Clock(state, None if due_in is None else NOW + due_in), NOW)
    assert f"clock-{tone}" in mark
    assert f">{words}<" in mark


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_mark_with_its_name(stage: Stage) -> None:
    mark = badges.stage(stage)
    assert f"stage-{stage.replace('_', '-')}" in mark
    assert "<svg" in mark


def test_people_have_initials() -> None:
    assert badges.initials("Jonas Okereke-Vale") == "JV"
    assert badges.initials("Prince") == "PR"
    assert badges.initials("") == "?"
    assert "&lt;b&gt;" in badges.chip("<b>Eve</b>", "", "person")


def test_an_unknown_icon_is_told_at_once() -> None:
    if not icons.SHAPES.exists():
        pytest.skip("the front-end is not built")
    with pytest.raises(ImproperlyConfigured, match=r"frontend/icons\.txt"):
        icons.icon("no-such-icon")
    assert 'aria-hidden="true"' in icons.icon("clock")
    assert 'role="img" aria-label="Late"' in icons.icon("clock", "", "Late")


class Small(forms.Form):
    title = forms.CharField(label="Title", help_text="A few words.")
    note = forms.CharField(label="Note", required=False)
    side = forms.ChoiceField(
        label="Side", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )


def _drawn(source: str, **context: object) -> str:
    request = RequestFactory().get("/cases?show=all&cursor=old&q=a+b")
    return Template(source).render(Context({"request": request, **context}))


def test_fields_tie_help_and_errors_to_the_control() -> None:
    drawn = _drawn("{% field form.title %}", form=Small({}))
    assert 'aria-describedby="id_title_error id_title_help"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_title_error"' in drawn
    assert 'id="id_title_help"' in drawn
    assert "optional" not in drawn


def test_groups_of_choices_are_fieldsets() -> None:
    drawn = _drawn("{% field form.side %}{% field form.note %}", form=Small())
    assert "<fieldset" in drawn
    assert "<legend" in drawn
    assert drawn.count('type="radio"') == 2
    assert drawn.count("optional") >= 1


def test_the_summary_of_errors_leads_to_the_fields() -> None:
    form = Small({})
    form.add_error(None, "Something else")
    drawn = _drawn("{% error_summary form %}", form=form)
    assert 'href="#id_title"' in drawn
    assert "Something else" in drawn
    assert _drawn("{% error_summary form %}", form=Small({"title": "x", "side": "a"})).strip() == ""


def test_pages_of_a_list_keep_its_filters() -> None:
    drawn = _drawn("{% pager page %}", page=Page((), "n+1", None))
    assert 'href="?show=all&amp;cursor=n%2B1&amp;q=a+b"' in drawn
    assert "Previous" not in drawn


def test_words_are_translated() -> None:
    with translation.override("fr"):
        assert wording.short_moment(NOW) == "2 mars 2026 12:00"
