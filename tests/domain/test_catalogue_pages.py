"""Pages of the catalogue: written, looked through, shown, replaced, retired."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.queries import history
from timshel.service_portfolio.catalogue import actions, queries
from timshel.service_portfolio.catalogue.models import Entry, PageVersion

LAPTOP: dict[str, Any] = {
    "name": "A laptop",
    "summary": "A laptop to work with, set up for you.",
    "keywords": "notebook computer portable",
    "text": "We set it up and bring it to your desk.",
    "price": {"amount": "1250.00", "currency": "GBP", "per": "once"},
    "translations": {"fr": {"name": "Un ordinateur portable", "keywords": "portable"}},
}


def saved(cast: Cast, *, seen: int = 0, **changes: Any) -> actions.PageSaved:
    return actions.save_page_draft(
        "laptop-standard",
        content={**LAPTOP, **changes},
        seen_revision=seen,
        actor=cast.service_owner,
        at=AT,
    )


def published(cast: Cast, **changes: Any) -> None:
    saved(cast, **changes)
    actions.publish_page("laptop-standard", actor=cast.service_owner, at=AT)


def everybody(cast: Cast, *rows: dict[str, str]) -> None:
    actions.set_entitlements(
        "laptop-standard",
        rows=rows or [{"audience": "everybody"}],
        actor=cast.service_owner,
        at=AT,
    )


def test_a_page_is_written_looked_through_and_shown(cast: Cast) -> None:
    owner = cast.service_owner
    first = saved(cast, name="A laptob")
    again = saved(cast, seen=first.revision)
    assert (again.page_id, again.number, again.revision) == (first.page_id, 1, 2)
    actions.send_page_to_review("laptop-standard", message="The price?", actor=owner, at=AT)
    with pytest.raises(WrongState):
        saved(cast, seen=2, name="Another")
    actions.publish_page("laptop-standard", actor=cast.process_owner, at=AT)
    everybody(cast)
    page = queries.orderable("laptop-standard", actor=cast.requester, at=AT)
    assert (page.item.name, page.item.price, page.item.currency) == ("A laptop", 1250, "GBP")
    french = queries.orderable("laptop-standard", actor=cast.french_requester, at=AT)
    assert french.item.name == "Un ordinateur portable"
    version = PageVersion.objects.get()
    assert version.reviewed_by_id == cast.process_owner.person_id
    verbs = [entry.verb for entry in history("offering", [cast.offerings["laptop-standard"]])]
    assert verbs[-5:] == [
        "catalogue.page_begun",
        "catalogue.page_saved",
        "catalogue.page_sent_to_review",
        "catalogue.page_published",
        "catalogue.entitlements_set",
    ]


def test_a_page_goes_back_to_its_writer_with_a_sentence(cast: Cast) -> None:
    saved(cast)
    actions.send_page_to_review("laptop-standard", actor=cast.service_owner, at=AT)
    actions.return_page(
        "laptop-standard", message="Say how long it takes.", actor=cast.process_owner, at=AT
    )
    version = PageVersion.objects.get()
    assert (version.state, version.note) == ("draft", "Say how long it takes.")
    with pytest.raises(WrongState):
        actions.return_page("laptop-standard", message="", actor=cast.process_owner, at=AT)


def test_two_writers_do_not_overwrite_each_other(cast: Cast) -> None:
    saved(cast)
    saved(cast, seen=1, summary="One.")
    with pytest.raises(Conflict) as refusal:
        saved(cast, seen=1, summary="Two.")
    (difference,) = refusal.value.differences
    assert (difference.field, difference.current, difference.wanted) == ("summary", "One.", "Two.")
    assert difference.changed_by == cast.service_owner.name
    assert PageVersion.objects.get().content["summary"] == "One."


def test_saving_the_same_again_changes_nothing(cast: Cast) -> None:
    first = saved(cast)
    count = len(history("offering", [cast.offerings["laptop-standard"]]))
    assert saved(cast, seen=first.revision) == first
    assert len(history("offering", [cast.offerings["laptop-standard"]])) == count


def test_a_page_with_faults_is_kept_but_not_shown(cast: Cast) -> None:
    saved(
        cast,
        name=" ",
        summary="",
        form="none",
        process="nothing",
        parts=[{"offering": "laptop-standard"}, {"offering": "unheard", "condition": "1 +"}],
        documents=[{"title": "", "address": "javascript:alert(1)"}],
        price={"amount": "-1", "currency": "pounds", "per": "week"},
        translations={"xx": {"name": "?"}},
    )
    with pytest.raises(Invalid) as refusal:
        actions.publish_page("laptop-standard", actor=cast.service_owner, at=AT)
    assert set(refusal.value.fields) == {
        "name",
        "summary",
        "form",
        "process",
        "parts.0.offering",
        "parts.1.offering",
        "parts.1.condition",
        "documents.0.title",
        "documents.0.address",
        "price.amount",
        "price.currency",
        "price.per",
        "translations.xx",
    }
    assert not Entry.objects.exists()


def test_what_has_no_shape_is_not_kept(cast: Cast) -> None:
    for changes in ({"text": 3}, {"parts": {}}, {"colour": "red"}, {"price": {"amount": "much"}}):
        with pytest.raises(Invalid):
            saved(cast, **changes)
    assert not PageVersion.objects.exists()


def test_a_new_version_takes_the_place_of_the_old_one(cast: Cast) -> None:
    published(cast)
    Entry.objects.update(requests_90_days=7)
    published(cast, name="A better laptop")
    states = PageVersion.objects.order_by("number").values_list("number", "state")
    assert list(states) == [(1, "retired"), (2, "published")]
    entry = Entry.objects.select_related("offering").get()
    assert (entry.offering.name, entry.requests_90_days) == ("A better laptop", 7)


def test_an_offering_is_shown_between_its_dates_and_until_it_is_retired(cast: Cast) -> None:
    saved(cast)
    with pytest.raises(Invalid):
        actions.publish_page(
            "laptop-standard",
            from_date=date(2026, 3, 5),
            until_date=date(2026, 3, 4),
            actor=cast.service_owner,
            at=AT,
        )
    actions.publish_page(
        "laptop-standard",
        from_date=date(2026, 3, 3),
        until_date=date(2026, 3, 4),
        actor=cast.service_owner,
        at=AT,
    )
    everybody(cast)
    for days, is_shown in ((0, False), (1, True), (2, True), (3, False)):
        found = queries.entitled_entries(None, actor=cast.requester, at=later(days=days))
        assert found.exists() is is_shown
    actions.retire_page("laptop-standard", actor=cast.service_owner, at=AT)
    with pytest.raises(NotFound):
        queries.orderable("laptop-standard", actor=cast.requester, at=later(days=1))
    with pytest.raises(WrongState):
        actions.retire_page("laptop-standard", actor=cast.service_owner, at=AT)


def test_only_keepers_of_the_service_write_its_pages(cast: Cast) -> None:
    for actor in (cast.requester, cast.agent, cast.auditor, cast.lead):
        with pytest.raises(NotAllowed):
            actions.save_page_draft(
                "laptop-standard", content=LAPTOP, seen_revision=0, actor=actor, at=AT
            )
    with pytest.raises(NotAllowed):
        actions.save_page_draft(
            "heating-room", content=LAPTOP, seen_revision=0, actor=cast.service_owner, at=AT
        )
    with pytest.raises(NotFound):
        actions.save_page_draft(
            "nothing", content=LAPTOP, seen_revision=0, actor=cast.service_owner, at=AT
        )
    assert not PageVersion.objects.exists()


def test_a_bundle_brings_what_the_requester_is_entitled_to(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    published(cast)
    everybody(cast)
    by: dict[str, Any] = {"actor": SYSTEM, "at": AT}
    for code in ("laptop-dock", "mail-box"):
        actions.save_page_draft(code, content={**LAPTOP, "name": code}, seen_revision=0, **by)
        actions.publish_page(code, **by)
    actions.set_entitlements("mail-box", rows=[{"unit": "materials"}], **by)
    actions.set_entitlements("laptop-dock", rows=[{"audience": "staff"}], **by)
    parts = [
        {"offering": "laptop-dock", "optional": True, "chosen": False},
        {"offering": "mail-box", "condition": "answers.mail"},
    ]
    published(cast, parts=parts)
    with django_assert_num_queries(2):
        page = queries.orderable("laptop-standard", actor=cast.requester, at=AT)
    assert [(part.item.code, part.chosen) for part in page.parts] == [("laptop-dock", False)]
    page = queries.orderable("laptop-standard", actor=cast.other_requester, at=AT)
    assert [part.item.code for part in page.parts] == ["laptop-dock", "mail-box"]


def test_for_somebody_else_both_must_be_entitled_but_for_those_who_take_requests(
    cast: Cast,
) -> None:
    published(cast)
    everybody(cast, {"audience": "customers"})
    customer = cast.customer.person_id
    for actor, for_whom, is_given in (
        (cast.customer, None, True),
        (cast.requester, None, False),
        (cast.requester, customer, False),
        (cast.manager, customer, False),
        (cast.agent, customer, True),
        (cast.agent, None, False),
        (cast.agent, cast.requester.person_id, False),
    ):
        try:
            queries.orderable("laptop-standard", actor=actor, at=AT, for_person_id=for_whom)
        except NotFound:
            assert not is_given
        else:
            assert is_given


def test_a_draft_is_thrown_away(cast: Cast) -> None:
    saved(cast)
    actions.discard_page_draft("laptop-standard", actor=cast.service_owner, at=AT)
    assert not PageVersion.objects.exists()
    with pytest.raises(NotFound):
        actions.discard_page_draft("laptop-standard", actor=cast.service_owner, at=AT)
    with pytest.raises(WrongState):
        saved(cast, seen=3)
