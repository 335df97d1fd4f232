"""Letters worded otherwise: checked, tried, put into force, taken back; one way for all kinds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as product
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import AT, Cast, later, opened
from tests.jobs import run_jobs
from timshel.kernel import letters
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.kernel.letters import Draft, LetterKind, Wording, faults, filled
from timshel.resolution_fulfilment.incident.actions import reply_to_incident
from timshel.support.communication import queries
from timshel.support.communication.actions import restore_template, word_template
from timshel.support.communication.models import MessageTemplate, OutgoingMessage

KIND = "incident.replied"
OURS = Wording("[{{ number }}] News from the desk", "{{ name }}!\n\n{{text}}\n\n{{ link }}")
LANGUAGES = [code for code, _name in product.LANGUAGES]


def kinds() -> tuple[LetterKind, ...]:
    return letters.kinds()


class TestPlaces:
    def test_a_line_with_nothing_to_say_is_left_out_whole(self) -> None:
        wording = Wording("A {{ b }}", "Hello {{ name }},\n\nDue by {{ moment }}.\n\nBye\n")
        said = filled(wording, {"name": "Imre", "moment": ""})
        assert said == Wording("A", "Hello Imre,\n\nBye\n")

    def test_what_people_wrote_is_never_read_for_places(self) -> None:
        said = filled(Wording("{{ a }}", "{{ a }} {{ b }}"), {"a": "{{ b }}", "b": "secret"})
        assert said == Wording("{{ b }}", "{{ b }} secret\n")

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("{{ nobody }}", "nobody"),
            ("{{ number | upper }}", "{{ number | upper }}"),
            ("{{ number.x }}", "{{ number.x }}"),
            ("{% if number %}", "{% if number %}"),
            ("{{ number", "{{ number"),
            ("number }}", "}}"),
            ("{{}}", "{{}}"),
            ("{{ __class__ }}", "__class__"),
        ],
    )
    def test_what_is_no_place_is_refused_by_name(self, text: str, named: str) -> None:
        (fault,) = faults(text, names={"number"})
        assert named in fault

    @given(st.text(), st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text()))
    def test_nothing_that_is_filled_in_breaks_it(self, text: str, values: dict[str, str]) -> None:
        said = filled(Wording(text, text), values)
        assert said.text.endswith("\n")
        assert "\n" not in said.subject


class TestShipped:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_kind_says_only_what_it_has_in_every_language(self, language: str) -> None:
        for kind in kinds():
            with translation.override(language):
                shipped = kind.shipped()
                samples = kind.samples()
            for text in (shipped.subject, shipped.text):
                assert faults(text, names=kind.names) == [], kind.code
                assert "%(" not in text, kind.code
            said = filled(shipped, samples)
            assert said.subject, kind.code
            assert "{{" not in said.text, kind.code
            assert all(samples.values()), kind.code

    def test_there_are_the_kinds_of_all_parts(self) -> None:
        assert {kind.code.partition(".")[0] for kind in kinds()} >= {
            "approval",
            "catalogue",
            "clock",
            "incident",
            "notice",
            "notification",
            "process",
            "reporting",
            "run",
            "service_request",
            "status",
            "task",
        }


class TestWording:
    def test_what_is_in_force_is_what_is_sent(self, cast: Cast) -> None:
        word(cast)
        number = opened(cast.requester)
        reply_to_incident(number, text="Is {{ it }} in?", actor=cast.agent, at=later(5))
        run_jobs()
        message = OutgoingMessage.objects.get(kind=KIND)
        assert message.subject == f"[{number}] News from the desk"
        assert message.text.startswith("Imre Castellane!\n\nIs {{ it }} in?\n\nhttp")
        assert "Is {{ it }} in?" in message.html

    def test_a_draft_changes_nothing_until_it_is_put_into_force(self, cast: Cast) -> None:
        before = queries.worded(Draft(KIND, "en", {"name": "Imre"}))
        word(cast, as_draft=True)
        assert queries.worded(Draft(KIND, "en", {"name": "Imre"})) == before
        assert queries.template(KIND, language="en", actor=cast.administrator).draft is not None
        word(cast)
        assert queries.worded(Draft(KIND, "en", {"name": "Imre"})) != before
        assert queries.template(KIND, language="en", actor=cast.administrator).draft is None

    def test_other_languages_stay_as_they_are(self, cast: Cast) -> None:
        french = queries.worded(Draft(KIND, "fr", {"name": "Imre"}))
        word(cast)
        assert queries.worded(Draft(KIND, "fr", {"name": "Imre"})) == french

    def test_back_to_the_shipped_text(self, cast: Cast) -> None:
        before = queries.worded(Draft(KIND, "en", {"name": "Imre"}))
        word(cast)
        word(cast, wording=Wording("Draft", "Draft"), as_draft=True)
        restore_template(KIND, language="en", actor=cast.administrator, at=AT)
        assert queries.worded(Draft(KIND, "en", {"name": "Imre"})) == before
        assert not MessageTemplate.objects.exists()
        restore_template(KIND, language="en", actor=cast.administrator, at=AT)
        assert verbs() == [
            "message_template.changed",
            "message_template.drafted",
            "message_template.dropped",
            "message_template.restored",
        ]

    def test_the_same_again_changes_nothing(self, cast: Cast) -> None:
        word(cast)
        word(cast)
        assert verbs() == ["message_template.changed"]

    def test_a_fault_is_named_and_nothing_is_kept(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refused:
            word(cast, wording=Wording("{{ priority }}", "{{ text"))
        assert "priority" in str(refused.value.fields["subject"][0])
        assert "{{ text" in str(refused.value.fields["text"][0])
        with pytest.raises(Invalid) as refused:
            word(cast, wording=Wording(" ", "x" * 30_000))
        assert set(refused.value.fields) == {"subject", "text"}
        assert not MessageTemplate.objects.exists()

    def test_whoever_may_not_changes_nothing(self, cast: Cast) -> None:
        for actor in (cast.agent, cast.lead, cast.requester):
            with pytest.raises(NotAllowed):
                word_template(KIND, language="en", wording=OURS, as_draft=False, actor=actor, at=AT)
            with pytest.raises(NotAllowed):
                restore_template(KIND, language="en", actor=actor, at=AT)
            with pytest.raises(NotAllowed):
                queries.template_list(actor=actor)
            with pytest.raises(NotAllowed):
                queries.preview(KIND, language="en", wording=OURS, actor=actor)
        assert not MessageTemplate.objects.exists()

    def test_kinds_and_languages_that_are_none(self, cast: Cast) -> None:
        for kind, language in (("no.such", "en"), (KIND, "xx")):
            with pytest.raises(NotFound):
                queries.template(kind, language=language, actor=cast.administrator)

    def test_a_preview_shows_text_and_page(self, cast: Cast) -> None:
        wording = Wording("To {{ name }}", "<b>{{ text }}</b>\n\n{{ link }}")
        seen = queries.preview(KIND, language="en", wording=wording, actor=cast.administrator)
        assert seen.subject == "To Imre Castellane"
        assert seen.text.startswith("<b>Is the cable in?</b>")
        assert "&lt;b&gt;Is the cable in?&lt;/b&gt;" in seen.html
        assert re.search(r'<a href="https://[^"]+">', seen.html)

    def test_the_list_takes_one_query(self, cast: Cast, django_assert_num_queries: Any) -> None:
        word(cast)
        with django_assert_num_queries(1):
            rows = queries.template_list(actor=cast.administrator)
        assert [row.kind for row in rows if row.own] == [KIND]


def word(cast: Cast, *, wording: Wording = OURS, as_draft: bool = False) -> None:
    word_template(
        KIND, language="en", wording=wording, as_draft=as_draft, actor=cast.administrator, at=AT
    )


def verbs() -> list[str]:
    found = Entry.objects.filter(subject_kind="message_template").order_by("pk")
    return list(found.values_list("verb", flat=True))
