"""The shapes of processes, as programs send and receive them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from ninja import Path
from pydantic import Field

from timshel.interfaces.api.fields import Cursor, Given, PageSize, Sent, Storable, Version
from timshel.interfaces.api.links import Links
from timshel.leadership.process_profile.actions import FlowContent, ProfileContent
from timshel.leadership.process_profile.queries import FlowRow, ProfileRow, ProfileView
from timshel.leadership.process_profile.rules import (
    CODE,
    LONGEST_CODE,
    LONGEST_FOUND,
    LONGEST_NAME,
    LONGEST_OUTSIDE,
    LONGEST_TEXT,
    LONGEST_WHAT,
    MOST_LINKS,
)
from timshel.leadership.process_profile.running import Belonging, Machine
from timshel.leadership.process_profile.states import Direction

Words = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
NeededWords = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
Name = Annotated[str, Field(max_length=LONGEST_NAME), Storable]
NeededName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), Storable]
What = Annotated[str, Field(max_length=LONGEST_WHAT), Storable]
Outside = Annotated[str, Field(max_length=LONGEST_OUTSIDE), Storable]
Language = Annotated[str, Field(max_length=8), Storable]
Linked = Annotated[str, Field(min_length=1, max_length=80), Storable]
ProcessCode = Annotated[
    Annotated[str, Field(max_length=LONGEST_CODE), Storable],
    Path(description="The code of the process.", examples=["incident"]),
]


class ProcessProfileState(StrEnum):
    """Whether a process is worked by."""

    IN_USE = "in_use"
    RETIRED = "retired"


class FlowDirection(StrEnum):
    """Which way something passes, seen from the process."""

    INPUT = Direction.INPUT.value
    OUTPUT = Direction.OUTPUT.value


class ProcessProfileQuery(Given):
    """Which processes are asked for."""

    state: ProcessProfileState | None = Field(None, description="Only in this state.")
    overdue: bool = Field(default=False, description="Only those to be looked at again by now.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class TranslatedProcess(Given):
    """What is said of a process in another language."""

    name: Name = ""
    purpose: Words = ""
    scope: Words = ""
    customers: Words = ""
    full_when: Words = ""
    full_steps: Words = ""
    light_when: Words = ""
    light_steps: Words = ""


class ProcessTerms(Given):
    """What is said of a process."""

    name: NeededName = Field(description="What people call it.", examples=["Incidents"])
    purpose: NeededWords = Field(description="What it is for; Markdown.")
    scope: Words = Field("", description="What starts it, belongs to it and does not; Markdown.")
    customers: Words = Field("", description="Who has something of it; Markdown.")
    full_when: Words = Field("", description="When the full variant is used.")
    full_steps: Words = Field("", description="Its steps, one a line.")
    light_when: Words = Field("", description="When the light variant is used; empty for none.")
    light_steps: Words = Field("", description="Its steps, one a line.")
    review_date: date | None = Field(None, description="By when it is looked at again.")
    translations: dict[Language, TranslatedProcess] = Field(
        default_factory=dict, description="By language code."
    )

    def content(self) -> ProfileContent:
        """Return it as the domain takes it."""
        said = self.model_dump(exclude={"code", "revision", "translations"})
        translations = {code: each.model_dump() for code, each in self.translations.items()}
        return ProfileContent(**said, translations=translations)


class NewProcess(ProcessTerms):
    """A process that is described for the first time."""

    code: Annotated[str, Field(pattern=CODE, max_length=LONGEST_CODE)] = Field(
        description="The same as that of its matrix of responsibilities; it stays.",
        examples=["incident"],
    )


class ChangedProcess(ProcessTerms):
    """All that is said of a process from now on."""

    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class ProcessLinks(Given):
    """What a process runs on."""

    machines: list[Linked] = Field(
        max_length=MOST_LINKS, description="Codes of state machines.", examples=[["work"]]
    )
    diagrams: list[Linked] = Field(
        max_length=MOST_LINKS, description="Codes of processes that are drawn."
    )
    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class ProcessReview(Given):
    """That what is said of a process still holds."""

    found: Annotated[str, Field(min_length=1, max_length=LONGEST_FOUND), Storable] = Field(
        description="What was looked at, and what was found."
    )
    review_date: date = Field(description="By when it is looked at again.")


class TranslatedFlow(Given):
    """What passes in another language."""

    what: What = ""
    outside: Outside = ""


class FlowTerms(Given):
    """What comes into a process or goes out of it."""

    direction: FlowDirection = Field(description="Whether it comes in or goes out.")
    what: Annotated[str, Field(min_length=1, max_length=LONGEST_WHAT), Storable] = Field(
        description="What passes.", examples=["A report"]
    )
    process: Annotated[str, Field(max_length=LONGEST_CODE), Storable] = Field(
        "", description="The code of the other process; empty where it is none."
    )
    outside: Outside = Field("", description="Who else it is, where it is no process.")
    translations: dict[Language, TranslatedFlow] = Field(
        default_factory=dict, description="By language code."
    )

    def content(self) -> FlowContent:
        """Return it as the domain takes it."""
        return FlowContent(
            direction=Direction(self.direction.value),
            what=self.what,
            process=self.process,
            outside=self.outside,
            translations={code: each.model_dump() for code, each in self.translations.items()},
        )


class ProcessOwnerHolder(Sent):
    """A person or a team that answers for a process."""

    kind: str = Field(description="`person` or `team`.")
    code: str
    name: str


class ProcessProfileItem(Sent):
    """A process in the register."""

    code: str
    name: str
    purpose: str = Field(description="Markdown.")
    state: ProcessProfileState
    has_matrix: bool = Field(description="Whether it has a matrix of responsibilities.")
    owner_role: str = Field(description="The code of the role that answers for most of it.")
    owners: tuple[ProcessOwnerHolder, ...] = Field(description="Who holds it and is still here.")
    has_light: bool = Field(description="Whether there is a light variant.")
    reviewed_on: date | None
    review_date: date | None
    is_overdue: bool = Field(description="Whether it should have been looked at again.")
    revision: int


class ProcessProfilesAnswer(Sent):
    """A page of processes by name."""

    items: tuple[ProcessProfileItem, ...]
    links: Links


class ProcessVariant(Sent):
    """A variant of a process."""

    when: str = Field(description="When it is used.")
    steps: tuple[str, ...]


class ProcessFlowItem(Sent):
    """What comes into a process or goes out of it."""

    id: int
    what: str
    process: str = Field(description="The code of the other process; empty where it is none.")
    name: str = Field(description="Of the other process, or of who else it is.")
    is_retired: bool = Field(description="Whether the other process is retired.")


class MachineStage(Sent):
    """Where a record can stand."""

    code: str
    name: str


class MachineMove(Sent):
    """What leads from some stages to another one."""

    code: str = Field(description="Of what is done.")
    sources: tuple[str, ...] = Field(description="The codes of the stages in which it can be done.")
    target: str = Field(description="The code of the stage to which it leads.")


class MachineItem(Sent):
    """A state machine of the product, as the code has it."""

    code: str
    name: str
    initial: str = Field(description="The code of the stage of a new record.")
    stages: tuple[MachineStage, ...]
    moves: tuple[MachineMove, ...]


class MachinesAnswer(Sent):
    """All state machines that a process can run on."""

    items: tuple[MachineItem, ...]


class DrawnProcess(Sent):
    """A process that is drawn and runs."""

    code: str
    name: str = Field(description="Empty where none is published any more.")


class ProcessRecord(Sent):
    """A record that belongs to a process."""

    kind: str
    code: str
    title: str
    detail: str = Field(description="How it stands, in words.")


class ProcessProfileAnswer(ProcessProfileItem):
    """A process with all that belongs to it."""

    scope: str = Field(description="Markdown.")
    customers: str = Field(description="Markdown.")
    full: ProcessVariant
    light: ProcessVariant | None
    inputs: tuple[ProcessFlowItem, ...]
    outputs: tuple[ProcessFlowItem, ...]
    machines: tuple[MachineItem, ...]
    lost_machines: tuple[str, ...] = Field(
        description="Codes of state machines that the product has no more."
    )
    diagrams: tuple[DrawnProcess, ...]
    indicators: tuple[ProcessRecord, ...]
    documents: tuple[ProcessRecord, ...]
    translations: dict[str, TranslatedProcess] = Field(
        description="What is said in other languages, by language code."
    )
    made_at: datetime


def item_told(row: ProfileRow) -> ProcessProfileItem:
    """Return a process in the register as programs see it."""
    owner = row.owner
    return ProcessProfileItem(
        code=row.code,
        name=row.name,
        purpose=row.purpose,
        state=ProcessProfileState(row.state.value),
        has_matrix=owner is not None,
        owner_role=owner.role_code if owner else "",
        owners=tuple(
            ProcessOwnerHolder(
                kind="team" if each.is_team else "person", code=each.code, name=each.name
            )
            for each in (owner.holders if owner else ())
        ),
        has_light=row.has_light,
        reviewed_on=row.reviewed_on,
        review_date=row.review_date,
        is_overdue=row.is_overdue,
        revision=row.revision,
    )


def machine_told(machine: Machine) -> MachineItem:
    """Return a state machine as programs see it."""
    return MachineItem(
        code=machine.code,
        name=str(machine.name),
        initial=machine.initial,
        stages=tuple(MachineStage(code=each.code, name=str(each.name)) for each in machine.stages),
        moves=tuple(
            MachineMove(code=each.code, sources=each.sources, target=each.target)
            for each in machine.moves
        ),
    )


def profile_told(view: ProfileView) -> ProcessProfileAnswer:
    """Return a process as programs see it."""
    return ProcessProfileAnswer(
        **item_told(view.row).model_dump(),
        scope=view.scope,
        customers=view.customers,
        full=ProcessVariant(when=view.full.when, steps=view.full.steps),
        light=ProcessVariant(when=view.light.when, steps=view.light.steps) if view.light else None,
        inputs=tuple(map(_flow, view.inputs)),
        outputs=tuple(map(_flow, view.outputs)),
        machines=tuple(map(machine_told, view.machines)),
        lost_machines=view.lost_machines,
        diagrams=tuple(DrawnProcess(code=each.code, name=each.name) for each in view.diagrams),
        indicators=tuple(map(_record, view.indicators)),
        documents=tuple(map(_record, view.documents)),
        translations={
            code: TranslatedProcess(**texts) for code, texts in view.translations.items()
        },
        made_at=view.made_at,
    )


def _flow(row: FlowRow) -> ProcessFlowItem:
    return ProcessFlowItem(
        id=row.id, what=row.what, process=row.code, name=row.name, is_retired=row.is_retired
    )


def _record(found: Belonging) -> ProcessRecord:
    return ProcessRecord(
        kind=found.kind, code=found.code, title=found.title, detail=str(found.detail)
    )
