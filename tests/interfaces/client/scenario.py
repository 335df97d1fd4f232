"""What a program does with the generated client: run in the generator's own environment.

Arguments: the folder of the client, the address of the server, the token of a requester and that
of an agent. Prints the number of the incident at the end; whatever is wrong raises.
"""

# ruff: noqa: T201
from __future__ import annotations

import sys
from http import HTTPStatus
from urllib.parse import parse_qs

sys.path.insert(0, sys.argv[1])

from timshel_client import AuthenticatedClient  # type: ignore[import-not-found]
from timshel_client.api.conversation import (  # type: ignore[import-not-found]
    read_conversation,
    reply_to_incident,
)
from timshel_client.api.incidents import (  # type: ignore[import-not-found]
    list_incidents,
    read_incident,
    report_incident,
)
from timshel_client.api.people import read_me  # type: ignore[import-not-found]
from timshel_client.api.stages import (  # type: ignore[import-not-found]
    resolve_incident,
    take_incident,
)
from timshel_client.models import (  # type: ignore[import-not-found]
    IncidentReport,
    ListIncidentsSort,
    Problem,
    Reply,
    ResolutionGiven,
    ResolutionGivenCode,
)
from timshel_client.types import UNSET, Unset  # type: ignore[import-not-found]

address, theirs, ours = sys.argv[2:5]
requester = AuthenticatedClient(base_url=address, token=theirs)
agent = AuthenticatedClient(base_url=address, token=ours)

# Reporting; the same key again does nothing twice.
assert read_me.sync(client=requester).person.name == "Imre Castellane"
report = IncidentReport(title="It hums", service="laptop")
made = report_incident.sync(client=requester, body=report, idempotency_key="once")
again = report_incident.sync_detailed(client=requester, body=report, idempotency_key="once")
assert again.parsed.number == made.number
assert again.headers["Idempotent-Replayed"] == "true"
for turn in range(4):
    report_incident.sync(client=requester, body=IncidentReport(title=f"It hums {turn}"))

# Reading: once in full, and once more only whether it is another.
read = read_incident.sync_detailed(number=made.number, client=requester)
assert (read.parsed.title, read.parsed.stage) == ("It hums", "new")
copy = read_incident.sync_detailed(
    number=made.number, client=requester, if_none_match=read.headers["ETag"]
)
assert copy.status_code is HTTPStatus.NOT_MODIFIED

# Working on it.
take_incident.sync(number=made.number, client=agent)
said = reply_to_incident.sync(number=made.number, client=agent, body=Reply(text="We look."))
assert said.text == "We look."
heard = read_conversation.sync(number=made.number, client=requester)
assert [each.text for each in heard.items] == ["We look."]
done = resolve_incident.sync(
    number=made.number,
    client=agent,
    body=ResolutionGiven(code=ResolutionGivenCode.FIXED, text="Replaced."),
)
assert done.stage == "resolved"

# Listing page by page; what is known of the next page is in its address.
seen: list[str] = []
cursor: str | Unset = UNSET
while True:
    page = list_incidents.sync(
        client=requester, size=2, sort=ListIncidentsSort.OPENED, cursor=cursor
    )
    assert not isinstance(page, Problem), page
    seen += [each.number for each in page.items]
    if page.links.next_ is None:
        break
    (cursor,) = parse_qs(page.links.next_.partition("?")[2])["cursor"]
assert len(seen) == len(set(seen)) == 5, seen

# Errors are told as what they are.
missing = read_incident.sync_detailed(number="INC9999999", client=requester)
assert missing.status_code is HTTPStatus.NOT_FOUND
assert isinstance(missing.parsed, Problem)
assert missing.parsed.code == "not_found"
refused = report_incident.sync(client=requester, body=IncidentReport(title=""))
assert isinstance(refused, Problem)
assert refused.errors["title"]
stranger = AuthenticatedClient(base_url=address, token="tsh_nobody")
assert read_me.sync_detailed(client=stranger).status_code is HTTPStatus.UNAUTHORIZED

print(made.number)
