"""The demonstration organisation: loaded by the real actions, its past by the writer of histories.

Loading it again adds what is missing and changes nothing else. It can be loaded beside other
content; what is known by its code already stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from timshel.context.organization import actions as organization
from timshel.context.organization import queries as organization_queries
from timshel.context.people import actions as people
from timshel.context.people import queries as people_queries
from timshel.interfaces.connectors.packs.calls import load_calls, load_lines
from timshel.interfaces.connectors.packs.catalogue import load_content
from timshel.interfaces.connectors.packs.charter import load_charter
from timshel.interfaces.connectors.packs.files import (
    PackFile,
    Steps,
    pack_file,
    pack_files,
    refused,
)
from timshel.interfaces.connectors.packs.history import House, Someone, tell, tell_earlier
from timshel.interfaces.connectors.packs.macros import load_macros
from timshel.interfaces.connectors.packs.mailboxes import load_mailboxes
from timshel.interfaces.connectors.packs.mails import load_mails
from timshel.interfaces.connectors.packs.management import LOADERS, load_management
from timshel.interfaces.connectors.packs.messages import load_messages
from timshel.interfaces.connectors.packs.monitoring import load_monitoring
from timshel.interfaces.connectors.packs.notices import load_notices
from timshel.interfaces.connectors.packs.process_owners import load_process_owners
from timshel.interfaces.connectors.packs.ratings import load_ratings, rate_earlier
from timshel.interfaces.connectors.packs.requests import load_requests
from timshel.interfaces.connectors.packs.responsibilities import load_responsibilities
from timshel.interfaces.connectors.packs.service_levels import hours_of, load_service_levels
from timshel.interfaces.connectors.packs.standard import cells, load_roles, load_standard
from timshel.interfaces.connectors.packs.standing import load_standing
from timshel.interfaces.connectors.packs.status import load_status
from timshel.interfaces.connectors.packs.stories import plan_of, stories_of
from timshel.interfaces.connectors.packs.systems import load_systems
from timshel.interfaces.connectors.packs.teamwork import load_teamwork
from timshel.interfaces.connectors.packs.views import load_views
from timshel.kernel.actor import Actor
from timshel.kernel.calendar import BusinessCalendar, business_calendar
from timshel.kernel.copying import refresh_statistics
from timshel.kernel.errors import Invalid
from timshel.kernel.events import unheard
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority import queries as authority_queries
from timshel.performance_evaluation.measurement.actions import read_due_promises
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.resolution_fulfilment.incident.bulk import write_histories
from timshel.resolution_fulfilment.incident.histories import IncidentHistory
from timshel.service_portfolio.service import actions as services
from timshel.service_portfolio.service import queries as service_queries

SOURCE = "demonstration"
FILES = (
    "roles",
    "organization",
    "people",
    "functions",
    "services",
    "service-levels",
    "accounts",
    "history",
    "process-owners",
    "requests",
    "charter",
    "responsibilities",
    "calls",
    "mailboxes",
    "macros",
    "status",
    "views",
    *LOADERS,
)
WORKING_HOURS = ((8 * 3_600, 18 * 3_600),)
CLOSED: tuple[tuple[int, int], ...] = ()
EVERYTHING = "everything"
KEEPER = "zachary.penrose"

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Something to sign in with.

    Args:
        username: its name.
        name: the person's.
        role: the code of the role that it shows.
        note: what is particular about it.
    """

    username: str
    name: str
    role: str
    note: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was loaded.

    Args:
        sign_ins: to be shown to whoever wants to look around.
        password: of all of them; known to everybody, so never for real work.
        added: how many things were new, incidents not counted; 0 the second time.
        incidents: how many incidents were new; 0 the second time.
    """

    sign_ins: tuple[SignIn, ...]
    password: str
    added: int
    incidents: int


def _silent(_done: int) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def load_demonstration(
    *,
    actor: Actor,
    at: datetime,
    progress: Progress = _silent,
    directory: Path | None = None,
) -> Demonstration:
    """Load the demonstration organisation with its history until now, all of it or nothing.

    Nobody is told of the history by mail.

    Args:
        actor: who has all rights everywhere, such as the system itself.
        at: now; the history leads up to it, the same for the same moment.
        progress: called with the number of things done since it was called last.
        directory: the folder of all packs, where it is not the product's own.

    Raises:
        InvalidPack: a file cannot be used.
        NotAllowed: a right is missing.
    """
    loader = _Loader(actor, at, progress, directory)
    return loader.load()


class _Loader:
    """One run of loading."""

    def __init__(
        self, actor: Actor, at: datetime, progress: Progress, directory: Path | None
    ) -> None:
        self._actor = actor
        self._now = at
        self._progress = progress
        self._directory = directory
        self._files = {
            name: pack_file(f"demonstration/{name}.yaml", directory=directory) for name in FILES
        }
        self._stories = stories_of(pack_files("demonstration/stories", directory=directory))
        self._plan = plan_of(self._files["history"], self._stories)
        self._founded_at = at - self._plan.earlier.span
        self._settled_at = at - self._plan.span
        self._added = 0

    def load(self) -> Demonstration:
        """Load everything in the order in which one needs the other."""
        load_standard(actor=self._actor, at=self._founded_at, directory=self._directory)
        self._added += load_roles(self._files["roles"], **self._by)
        is_new = not organization_queries.keys_by_code().units.keys() & self._codes("units")
        self._organization()
        self._people()
        self._functions()
        self._catalogue()
        self._service_levels(is_new=is_new)
        self._content()
        self._grants()
        sign_ins = self._accounts()
        earlier = self._earlier()
        incidents = len(earlier) + self._history()
        with unheard():
            self._requests()
        if incidents:
            refresh_statistics()
        self._charter()
        self._responsibilities()
        self._added += load_macros(self._files["macros"], **self._by)
        self._added += load_mailboxes(self._files["mailboxes"], **self._by)
        signed_in = [row["person"] for row in self._files["accounts"].data["accounts"]]
        with unheard():
            self._added += self._lately(signed_in)
        self._added += load_notices(signed_in, at=self._now)
        self._added += load_ratings(signed_in, at=self._now)
        with unheard():
            self._added += rate_earlier(earlier, seed=self._plan.seed)
        self._added += load_views(self._files["views"], at=self._founded_at)
        with unheard():
            self._added += load_management(self._files, actor=self._actor, at=self._now)
        password = self._files["accounts"].data["password"]
        return Demonstration(sign_ins, password, self._added, incidents)

    def _lately(self, signed_in: list[str]) -> int:
        """What came and was done in the last hours."""
        by: dict[str, Any] = {"actor": self._actor, "at": self._now}
        added = load_mails(**by) + load_status(self._files["status"], **by)
        added += sum(load_messages(code, at=self._now) for code in signed_in[:1])
        added += sum(load_systems(code, **by) for code in signed_in if code == KEEPER)
        return added + load_teamwork(signed_in, at=self._now) + load_monitoring(**by)

    def _codes(self, part: str) -> set[str]:
        return {row["code"] for row in self._files["organization"].data[part]}

    def _organization(self) -> None:
        file, known = self._files["organization"], organization_queries.keys_by_code()
        for part, create, codes in (
            ("sites", organization.create_site, known.sites),
            ("units", organization.create_unit, known.units),
            ("customers", organization.create_customer, known.customers),
            ("teams", organization.create_team, known.teams),
        ):
            self._create(file, [part], file.data[part], create, codes)

    def _create(
        self,
        file: PackFile,
        place: Steps,
        rows: list[dict[str, Any]],
        create: Callable[..., object],
        known: Mapping[str, int],
        **given: Any,
    ) -> None:
        """Create the things of a list that are not known by their codes."""
        for position, row in enumerate(rows):
            if row["code"] in known:
                continue
            with self._step(file, [*place, position]):
                create(**row, **given, **self._by)

    @property
    def _by(self) -> dict[str, Any]:
        return {"actor": self._actor, "at": self._founded_at}

    @contextmanager
    def _step(self, file: PackFile, place: Steps) -> Iterator[None]:
        """Do one thing; where it is refused, say which place of which file is at fault."""
        try:
            yield
        except Invalid as refusal:
            raise refused(file, place, refusal) from refusal
        self._added += 1
        self._progress(1)

    def _people(self) -> None:
        file, known = self._files["people"], people_queries.people_by_code()
        for position, row in enumerate(file.data["people"]):
            if row["code"] in known:
                continue
            given = {
                name: value
                for name, value in row.items()
                if name not in {"title", "teams", "leads", "left"}
            }
            with self._step(file, ["people", position]):
                people.create_person(job_title=row["title"], **given, **self._by)
                for name, is_lead in (("teams", False), ("leads", True)):
                    for team in row.get(name, ()):
                        people.add_member(team, person=row["code"], is_lead=is_lead, **self._by)

    def _functions(self) -> None:
        file, known = self._files["functions"], service_queries.keys_by_code().functions
        for position, row in enumerate(file.data["functions"]):
            if row["code"] in known:
                continue
            given = {name: value for name, value in row.items() if name != "support"}
            with self._step(file, ["functions", position]):
                services.create_function(**given, **self._by)
                for level, team in row.get("support", {}).items():
                    services.support_function(row["code"], team=team, level=int(level), **self._by)

    def _catalogue(self) -> None:
        file, known = self._files["services"], service_queries.keys_by_code()
        for position, area in enumerate(file.data["areas"]):
            given = {name: value for name, value in area.items() if name != "services"}
            place: list[str | int] = ["areas", position]
            if area["code"] not in known.areas:
                with self._step(file, place):
                    services.create_area(**given, position=position, **self._by)
            for number, service in enumerate(area["services"]):
                self._service(file, [*place, "services", number], area["code"], service, known)

    def _service(
        self,
        file: PackFile,
        place: Steps,
        area: str,
        service: Mapping[str, Any],
        known: service_queries.KeysByCode,
    ) -> None:
        given = {
            name: value for name, value in service.items() if name not in {"offerings", "matrix"}
        }
        code = service["code"]
        if code not in known.services:
            with self._step(file, place):
                services.create_service(area=area, **given, **self._by)
                if "matrix" in service:
                    services.set_priority_matrix(
                        cells=cells(service["matrix"]), service=code, **self._by
                    )
        for number, offering in enumerate(service["offerings"]):
            if offering["code"] not in known.offerings:
                with self._step(file, [*place, "offerings", number]):
                    self._offering(code, offering)

    def _offering(self, service: str, offering: Mapping[str, Any]) -> None:
        ties = ("lead", "essential", "supporting")
        given = {name: value for name, value in offering.items() if name not in ties}
        services.create_offering(service=service, **given, **self._by)
        needed = [(offering["lead"], "lead")]
        needed += [(code, tie) for tie in ties[1:] for code in offering.get(tie, ())]
        for function, relation in needed:
            services.relate(offering["code"], function=function, relation=relation, **self._by)

    def _service_levels(self, *, is_new: bool) -> None:
        file = self._files["service-levels"]
        if is_new:
            standard = pack_file("standard/service-levels.yaml", directory=self._directory)
            codes = {row["code"] for row in standard.data["calendars"]}
            for position, row in enumerate(file.data["calendars"]):
                if row["code"] in codes:
                    with self._step(file, ["calendars", position]):
                        service_level.change_calendar(row["code"], hours=hours_of(row), **self._by)
        added = load_service_levels(file, **self._by)
        if added:
            added += load_standing(file, actor=self._actor, at=self._settled_at)
        self._added += added
        self._progress(added)

    def _content(self) -> None:
        """Publish forms, processes and pages of the catalogue; say who owns the processes."""
        self._added += load_content(
            "demonstration", directory=self._directory, tell=self._progress, **self._by
        )
        self._added += load_process_owners(self._files["process-owners"], **self._by)

    def _grants(self) -> None:
        """Give members of teams and owners of services their roles, and whom the file names."""
        keys, service_keys = organization_queries.keys_by_code(), service_queries.keys_by_code()
        person_ids = people_queries.people_by_code()
        for row in self._files["people"].data["people"]:
            for name, role in (("teams", "agent"), ("leads", "team_lead")):
                for team in row.get(name, ()):
                    self._grant(person_ids[row["code"]], role, "team", keys.teams[team])
        for area in self._files["services"].data["areas"]:
            for service in area["services"]:
                if "owner" not in service:
                    continue
                owner, key = person_ids[service["owner"]], service_keys.services[service["code"]]
                self._grant(owner, "service_owner", "service", key)
        scopes = {"team": keys.teams, "unit": keys.units, "service": service_keys.services}
        file = self._files["accounts"]
        for position, row in enumerate(file.data["grants"]):
            kind = next((kind for kind in scopes if kind in row), EVERYTHING)
            try:
                scope_id = scopes[kind][row[kind]] if kind in scopes else None
                self._grant(person_ids[row["person"]], row["role"], kind, scope_id)
            except KeyError as error:
                raise file.fault(["grants", position], f"{error.args[0]}?") from error

    def _grant(self, person_id: int, role: str, kind: str, key: int | None) -> None:
        authority.grant_role(person_id, role=role, scope_kind=kind, scope_id=key, **self._by)
        self._progress(1)

    def _accounts(self) -> tuple[SignIn, ...]:
        file, known = self._files["accounts"], authority_queries.account_names()
        person_ids = people_queries.people_by_code()
        names = {row["code"]: row["name"] for row in self._files["people"].data["people"]}
        for position, row in enumerate(file.data["accounts"]):
            if row["username"] in known:
                continue
            with self._step(file, ["accounts", position]):
                authority.create_account(
                    person_ids[row["person"]],
                    username=row["username"],
                    password=file.data["password"],
                    **self._by,
                )
        return tuple(
            SignIn(row["username"], names[row["person"]], row["role"], row.get("note", ""))
            for row in file.data["accounts"]
        )

    def _earlier(self) -> dict[str, IncidentHistory]:
        """Write what lies before the last weeks; return what is new of it, by its numbers here."""
        told = tell_earlier(self._stories, self._plan, house=self._house(), at=self._now)
        written = write_histories(told, source=SOURCE, actor=self._actor, at=self._now)
        self._progress(len(written))
        return {written[each.external_id]: each for each in told if each.external_id in written}

    def _history(self) -> int:
        histories = tuple(tell(self._stories, self._plan, house=self._house(), at=self._now))
        written = write_histories(histories, source=SOURCE, actor=self._actor, at=self._now)
        self._progress(len(written))
        self._calls(histories, written)
        return len(written)

    def _calls(self, histories: Sequence[IncidentHistory], numbers: Mapping[str, str]) -> None:
        """Make the lines that people call, and tell of the calls by which cases came."""
        file = self._files["calls"]
        added = load_lines(file, **self._by)
        self._added += added
        everybody = self._house().people
        told = load_calls(
            file,
            histories=histories,
            numbers=numbers,
            people=everybody,
            actor=self._actor,
            at=self._now,
        )
        self._progress(added + told)

    def _requests(self) -> None:
        added = load_requests(self._files["requests"], actor=self._actor, at=self._now)
        self._added += added
        self._progress(added)

    def _charter(self) -> None:
        added = load_charter(self._files["charter"], **self._by)
        read_due_promises(at=self._now)
        self._added += added
        self._progress(added)

    def _responsibilities(self) -> None:
        added = load_responsibilities(self._files["responsibilities"], **self._by)
        person_ids = people_queries.people_by_code()
        for row in self._files["people"].data["people"]:
            if row.get("left", False):
                people.deactivate_person(person_ids[row["code"]], actor=self._actor, at=self._now)
        self._added += added
        self._progress(added)

    def _house(self) -> House:
        organization_file = self._files["organization"].data
        hours = {site["code"]: _hours_at(site) for site in organization_file["sites"]}
        person_ids = people_queries.people_by_code()
        everybody = [
            Someone(
                id=person_ids[row["code"]],
                code=row["code"],
                name=row["name"],
                language=row.get("language", "en"),
                site=row.get("site", ""),
                unit=row.get("unit", ""),
                customer=row.get("customer", ""),
                hours=hours[row.get("site", organization_file["sites"][0]["code"])],
            )
            for row in self._files["people"].data["people"]
            if not row.get("left", False)
        ]
        by_id = {person.id: person for person in everybody}
        team_ids = organization_queries.keys_by_code().teams
        members: dict[int, list[Someone]] = {key: [] for key in team_ids.values()}
        for member in people_queries.members_of(team_ids.values()):
            if member.person_id in by_id:
                members[member.team_id].append(by_id[member.person_id])
        offerings = service_queries.keys_by_code().offerings
        return House(
            people=everybody,
            members=members,
            team_codes={key: code for code, key in team_ids.items()},
            route=cache(lambda offering: service_queries.route(None, offerings[offering])),
            next_level=cache(
                lambda team, offering: service_queries.next_level(team, None, offerings[offering])
            ),
        )


def _hours_at(site: Mapping[str, Any]) -> BusinessCalendar:
    """Return when people of a site work."""
    return business_calendar(
        site["time_zone"],
        [WORKING_HOURS] * 5 + [CLOSED] * 2,
        country=site.get("holiday_country", ""),
        region=site.get("holiday_region", ""),
    )
