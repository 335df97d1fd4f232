"""What the catalogue lacks, who is told, and who can see what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import AT, SYSTEM, Cast, later, person_id
from timshel.context.organization.models import CustomerCategory, Site, Unit
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.leadership.authority.models import Role
from timshel.service_portfolio.catalogue import actions
from timshel.service_portfolio.catalogue.actions.keeping import (
    OfferingUse,
    links_due,
    note_due_link,
    note_due_use,
    remind_due_owners,
)
from timshel.service_portfolio.catalogue.models import Entitlement, Entry, Link
from timshel.service_portfolio.catalogue.queries.entitlements import who
from timshel.service_portfolio.catalogue.queries.health import health, seen_by_somebody
from timshel.service_portfolio.catalogue.queries.sight import (
    counts_by_row,
    people_count,
    people_entitled,
    seen_by,
)
from timshel.service_portfolio.catalogue.rules.entitlement import Row, fits
from timshel.service_portfolio.catalogue.states import Ailment, Audience
from timshel.support.communication.models import OutgoingMessage

BY: dict[str, Any] = {"actor": SYSTEM, "at": AT}
PEOPLE = (
    "imre.castellane",
    "solveig.adeyemi",
    "maelle.tessonneau",
    "jonas.okereke",
    "wendell.achterberg",
    "nora.fitzallan",
)


def shown(code: str, rows: list[dict[str, str]], **page: Any) -> None:
    content = {"name": code, "summary": "It is.", "text": "In plain words.", **page}
    actions.save_page_draft(code, content=content, seen_revision=0, **BY)
    actions.publish_page(code, **BY)
    actions.set_entitlements(code, rows=rows, **BY)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_database_the_rule_and_the_other_direction_agree(cast: Cast, data: Any) -> None:
    optional = [None, *Unit.objects.values_list("pk", flat=True)]
    row = Row(
        audience=data.draw(st.sampled_from(list(Audience))),
        unit_id=data.draw(st.sampled_from(optional)),
        site_id=data.draw(st.sampled_from([None, *Site.objects.values_list("pk", flat=True)])),
        role_id=data.draw(st.sampled_from([None, *Role.objects.values_list("pk", flat=True)])),
        category=data.draw(st.sampled_from(["", *CustomerCategory.values])),
    )
    kept = Entitlement.objects.create(
        offering_id=cast.offerings["mail-box"],
        audience=row.audience,
        unit_id=row.unit_id,
        site_id=row.site_id,
        role_id=row.role_id,
        category=row.category,
    )
    keys = [person_id(code) for code in PEOPLE]
    by_rule = {key for key in keys if fits(row, who(key))}
    by_database = {key for key in keys if Entitlement.objects.of(key).filter(pk=kept.pk).exists()}
    assert by_rule == by_database
    listed = {each.id for each in people_entitled([row], actor=cast.administrator, limit=100)}
    assert listed & set(keys) == by_rule
    assert people_count([row]) == len(listed)
    assert (cast.offerings["mail-box"] in seen_by_somebody()) is bool(listed)
    kept.delete()


def test_nobody_is_entitled_who_does_not_exist(cast: Cast) -> None:
    shown("mail-box", [{"audience": "everybody"}])
    assert not fits(Row(), who(0))
    assert not Entitlement.objects.of(None).exists()


def test_what_an_offering_lacks_is_told(cast: Cast, django_assert_num_queries: Any) -> None:
    shown("laptop-standard", [{"audience": "staff"}], review_date="2026-03-01")
    shown(
        "heating-room",
        [{"site": "aldermoor", "category": "portal_only"}],
        documents=[{"title": "Map", "address": "https://maps.example/gone"}],
    )
    Link.objects.create(address="https://maps.example/gone", trouble="404", failures=2)
    Entry.objects.filter(offering__code="heating-room").update(published_at=AT - timedelta(200))
    promised = frozenset({cast.offerings["laptop-standard"]})
    with django_assert_num_queries(8):
        found = health(promised=promised, actor=cast.administrator, at=AT)
    by_code = {row.code: set(row.ailments) for row in found.rows}
    assert by_code == {
        "laptop-standard": {Ailment.REVIEW_OVERDUE},
        "laptop-dock": {Ailment.NO_PAGE},
        "mail-box": {Ailment.NO_PAGE, Ailment.NO_SECOND_LEVEL},
        "heating-room": {
            Ailment.NO_OWNER,
            Ailment.NO_SECOND_LEVEL,
            Ailment.NO_AGREEMENT,
            Ailment.SEEN_BY_NOBODY,
            Ailment.BROKEN_LINK,
            Ailment.NO_REVIEW_DATE,
            Ailment.UNUSED,
        },
    }
    assert found.total == 4
    assert found.counts[Ailment.NO_PAGE] == 2
    assert found.owners == ((cast.service_owner.person_id, "Adaeze Thornquist", 3),)
    own = health(promised=promised, actor=cast.service_owner, at=AT)
    assert {row.service for row in own.rows} == {"laptop", "mail"}
    with pytest.raises(NotAllowed):
        health(promised=promised, actor=cast.agent, at=AT)


def test_how_much_is_asked_for_is_written_down(cast: Cast) -> None:
    shown("laptop-standard", [{"audience": "staff"}])
    use = OfferingUse(
        cast.offerings["laptop-standard"], 7, 4, timedelta(days=2), timedelta(days=5), AT
    )
    assert note_due_use([use], at=AT) == 1
    entry = Entry.objects.get()
    assert (entry.requests_90_days, entry.fulfilled_90_days) == (7, 4)
    assert (entry.achieved_median, entry.last_requested_at) == (timedelta(days=2), AT)
    note_due_use([], at=AT)
    assert Entry.objects.get().requests_90_days == 0


def test_links_are_looked_at_in_turn_and_forgotten(cast: Cast) -> None:
    addresses = [f"https://place.example/{each}" for each in range(3)]
    documents = [{"title": "Read", "address": each} for each in (*addresses, "/promises")]
    shown("laptop-standard", [{"audience": "staff"}], documents=documents)
    assert links_due(at=AT, limit=2) == addresses[:2]
    note_due_link(addresses[0], trouble="", at=AT)
    note_due_link(addresses[1], trouble="Gone", at=AT)
    note_due_link(addresses[2], trouble="", at=AT)
    assert links_due(at=later(minutes=5), limit=9) == []
    assert links_due(at=later(days=1, minutes=5), limit=9) == [addresses[1]]
    assert Link.objects.get(address=addresses[1]).failures == 1
    actions.retire_page("laptop-standard", **BY)
    assert links_due(at=AT, limit=9) == []
    assert not Link.objects.exists()


def test_owners_are_reminded_once_a_month(cast: Cast) -> None:
    given: dict[str, Any] = {
        "address": lambda key: f"https://here.example/{key}",
        "promised": None,
        "actor": SYSTEM,
    }
    assert remind_due_owners(**given, at=AT) == 1
    message = OutgoingMessage.objects.get()
    assert message.person_id == cast.service_owner.person_id
    assert f"https://here.example/{cast.service_owner.person_id}" in message.text
    assert "It has no page in the catalogue: 3 offerings" in message.text
    assert remind_due_owners(**given, at=later(days=20)) == 0
    assert remind_due_owners(**given, at=later(days=29)) == 1


def test_what_somebody_can_see_is_told_with_the_reason(cast: Cast) -> None:
    shown("laptop-standard", [{"audience": "staff"}, {"unit": "climate"}])
    shown("mail-box", [{"unit": "materials"}])
    found = seen_by(person_id("imre.castellane"), actor=cast.administrator, at=AT)
    assert [(each.tile.code, len(each.because)) for each in found] == [("laptop-standard", 2)]
    assert seen_by(person_id("nora.fitzallan"), actor=cast.administrator, at=AT) == ()
    with pytest.raises(NotFound):
        seen_by(0, actor=cast.administrator, at=AT)
    with pytest.raises(NotAllowed):
        seen_by(person_id("imre.castellane"), actor=cast.requester, at=AT)


def test_people_are_counted_by_row_and_searched(cast: Cast) -> None:
    climate = Unit.objects.get(code="climate").pk
    rows = [Row(audience=Audience.CUSTOMERS), Row(unit_id=climate)]
    assert counts_by_row(rows) == (1, 2)
    assert people_count(rows) == 3
    found = people_entitled(rows, text="fitz", actor=cast.administrator)
    assert [(each.name, each.home) for each in found] == [
        ("Nora Fitzallan-Shore", "Brackwater Harbour Authority")
    ]
