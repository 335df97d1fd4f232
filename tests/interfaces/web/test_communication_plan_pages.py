"""The communication plan as people meet it."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, now, text_of

pytestmark = pytest.mark.django_db
LIST = "/governance/communications"
GIVEN = {
    "subject": "Planned work",
    "message": "What is done",
    "stakeholders": "All staff",
    "owner": "jonas.okereke",
    "due_date": "2099-12-31",
    "medium": "mail",
    "rhythm": "once",
    "is_open": "on",
}


def test_one_is_planned_told_and_answered(cast: Cast) -> None:
    planner, owner = browser_of(cast.process_owner), browser_of(cast.agent)
    assert planner.get(LIST).status_code == 200
    refused = planner.post(f"{LIST}/new", {**GIVEN, "message": ""})
    assert refused.status_code == 422
    assert "Planned work" in text_of(refused)
    address = planner.post(f"{LIST}/new", GIVEN)["Location"]
    assert "Planned work" in text_of(planner.get(LIST))
    assert planner.get(f"{address}/change").status_code == 200
    reader = browser_of(cast.requester)
    assert reader.get(address).status_code == 404
    assert owner.get(f"{address}/tell").status_code == 200
    day = (now().date()).isoformat()
    assert owner.post(f"{address}/tell", {"day": day, "said": "Said"}).status_code == 302
    assert reader.get(f"{address}/open").status_code == 200
    given = {"outsider": "A supplier", "received_on": day, "text": "Too late"}
    assert owner.post(f"{address}/feedback", given).status_code == 302
    assert "Too late" in text_of(planner.get(f"{LIST}/feedback"))
    assert "Too late" in text_of(owner.get(address))
