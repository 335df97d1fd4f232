"""The shapes of controlled documents in the API."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from ninja import Path
from pydantic import Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    NeededParagraph,
    PageSize,
    Paragraph,
    Sent,
    Storable,
    Version,
    listed,
)
from timshel.interfaces.api.links import Links
from timshel.support.documentation.rules import (
    LONGEST_CODE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_AUDIENCE,
    MOST_MONTHS,
    DocumentFacts,
    VersionContent,
)
from timshel.support.documentation.states import AboutKind, DocumentKind, VersionState

CHANGES = answers(404, 409, 411, 422)


DocumentNumber = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$",
        description="The number of the document.",
        examples=["DOC0000012"],
    ),
]


VersionInAddress = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="The number of the version.", examples=[1])
]


Months = Annotated[int, Field(strict=True, ge=1, le=MOST_MONTHS)]


Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]


ShortName = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE), Storable]


Clause = Annotated[str, Field(max_length=20), Storable]


AboutCode = Annotated[str, Field(max_length=80), Storable]


DocumentText = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]


SearchedText = Annotated[str, Field(max_length=200), Storable]


Kind = Annotated[DocumentKind, listed(DocumentKind)]


State = Annotated[VersionState, listed(VersionState)]


About = Annotated[AboutKind, listed(AboutKind)]


class ReadingWhich(StrEnum):
    """What of the reading: ``open`` is still to be confirmed, ``confirmed`` was."""

    OPEN = "open"
    CONFIRMED = "confirmed"


class DocumentsQuery(Given):
    """Which documents are asked for."""

    kind: Kind | None = Field(None, description="Of this kind alone.")
    state: State | None = Field(
        None, description="With a version in this state that the reader may read."
    )
    clause: Clause = Field("", description="Of this clause of the standard, and all below it.")
    about_kind: About | None = Field(None, description="About a thing of this kind.")
    about_code: AboutCode = Field("", description="About the thing with this code.")
    owner: Code | None = Field(None, description="The code of a person.")
    overdue: bool = Field(default=False, description="Only those whose review is overdue.")
    text: SearchedText = Field("", description="Words of title and text.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class ReadingQuery(Given):
    """Which part of the reading is asked for."""

    which: ReadingWhich = Field(ReadingWhich.OPEN, description="Which of it.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class DocumentLine(Sent):
    """A document as the register shows it."""

    number: str
    code: str = Field(description="A short name for references.")
    kind: Kind
    title: str
    owner: str = Field(description="The code of the person who answers for it.")
    owner_name: str
    clause: str = Field(description="Of the standard; may be empty.")
    about_kind: About
    about_code: str = Field(description="Empty where it is about nothing in particular.")
    current_version: int | None = Field(description="The version in effect.")
    effective_date: date | None = Field(description="Its first day.")
    next_version: State | None = Field(
        description="Where the next version stands, for those who may read it."
    )
    is_withdrawn: bool
    review_date: date | None = Field(description="By when it is to be looked at again.")
    is_overdue: bool = Field(description="Whether that day is over.")
    revision: int = Field(description="Grows with each change.")


class DocumentLines(Sent):
    """A page of documents, by title."""

    items: tuple[DocumentLine, ...]
    links: Links


class PolicyMissing(StrEnum):
    """What is missing of a policy."""

    NOT_IN_EFFECT = "not_in_effect"
    REVIEW_OVERDUE = "review_overdue"
    NO_READERS = "no_readers"
    NOT_ASKED = "not_asked"
    NOT_READ = "not_read"


class PoliciesQuery(Given):
    """Which page of the policies is asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class PolicyLine(Sent):
    """A policy with what is missing of it."""

    document: DocumentLine
    addressed: int = Field(description="To how many people it is distributed.")
    confirmed: int = Field(description="How many of them confirmed what is in effect.")
    missing: tuple[PolicyMissing, ...]


class PolicyLines(Sent):
    """A page of policies."""

    items: tuple[PolicyLine, ...]
    links: Links


class DocumentVersion(Sent):
    """A version of a document without its text."""

    number: int
    state: State
    change_note: str = Field(description="What was new.")
    asks_reading: bool = Field(description="Whether it was to be read anew.")
    author: str
    approver: str = Field(description="Who was asked to approve it; may be empty.")
    sent_back_reason: str
    written_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    effective_date: date | None = Field(description="Its first day.")
    ended_at: datetime | None = Field(description="When it was superseded or withdrawn.")
    kept_until: date | None = Field(description="The last day on which it must be kept.")
    file_name: str = Field(description="Empty where no file came with it.")
    file_size: int = Field(description="In bytes.")


class VersionText(Sent):
    """What a version says."""

    version: DocumentVersion
    text: str = Field(description="Markdown.")


class DocumentReader(Sent):
    """One to whom a document is distributed."""

    kind: str = Field(description="`staff`, `role`, `unit` or `person`.")
    code: str = Field(description="Empty for all staff.")
    name: str


class ControlledDocument(Sent):
    """A document with the versions that the reader may read."""

    document: DocumentLine
    review_months: int
    retention_months: int
    reviewed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    text: str = Field(description="Of the version in effect, Markdown.")
    versions: tuple[DocumentVersion, ...] = Field(description="The newest first.")
    distribution: tuple[DocumentReader, ...]
    is_asked: bool = Field(description="Whether the reader is to confirm it.")
    confirmed_at: datetime | None = Field(description="When the reader confirmed it.")


class DocumentLineDifference(Sent):
    """A line of two versions."""

    mark: str = Field(description="`same`, `added` or `removed`.")
    text: str


class DocumentDifferences(Sent):
    """Two versions laid over each other."""

    before: int
    after: int
    lines: tuple[DocumentLineDifference, ...]


class DocumentReading(Sent):
    """Somebody to whom a document is distributed."""

    person: str = Field(description="Their code.")
    name: str
    unit: str
    confirmed_version: int | None
    confirmed_at: datetime | None


class DocumentReadings(Sent):
    """A page of readers, by name, with how many there are."""

    addressed: int = Field(description="To how many it is distributed.")
    confirmed: int = Field(description="How many of them confirmed it.")
    items: tuple[DocumentReading, ...]
    links: Links


class OwnReading(Sent):
    """A document that the reader is to confirm, or confirmed."""

    document: str = Field(description="Its number.")
    title: str
    version: int = Field(description="The version in effect.")
    change_note: str
    effective_at: datetime | None
    confirmed_at: datetime | None


class OwnReadings(Sent):
    """A page of what the reader is to read, by title."""

    items: tuple[OwnReading, ...]
    links: Links


class DocumentEntry(Given):
    """What is known of a document beside its versions."""

    code: ShortName = Field(examples=["incident-procedure"])
    kind: Kind
    title: Title
    owner: Code = Field(description="The code of the person who answers for it.")
    clause: Clause = Field("", description="Of the standard, such as `7.5`.")
    about_kind: About = Field(AboutKind.NONE, description="What it is about.")
    about_code: AboutCode = Field("", description="The code of that thing.")
    review_months: Months = Field(12, description="It is looked at again after so many months.")
    retention_months: Months = Field(36, description="Ended versions are kept for so many months.")

    def facts(self) -> DocumentFacts:
        """Return it as the domain takes it."""
        return DocumentFacts(**self.model_dump(exclude={"revision"}))


class ChangedEntry(DocumentEntry):
    """What is known of a document, anew."""

    revision: Version | None = Field(None, description="As it was read; null does not ask.")


class VersionDraft(Given):
    """What the next version says."""

    text: DocumentText = Field("", description="Markdown; empty where a file holds the document.")
    change_note: Paragraph = Field("", description="What is new.")
    asks_reading: bool = Field(
        default=True, description="Whether those to whom it is distributed read it anew."
    )
    effective_date: date | None = Field(
        None, description="Its first day; null for the day of its approval."
    )
    without_file: bool = Field(default=False, description="Leave out the file that came before.")
    revision: Version | None = Field(None, description="As it was read; null does not ask.")

    def content(self) -> VersionContent:
        """Return it as the domain takes it."""
        return VersionContent(
            text=self.text,
            change_note=self.change_note,
            asks_reading=self.asks_reading,
            effective_date=self.effective_date,
        )


class DocumentApprover(Given):
    """Who is asked to approve."""

    approver: Code = Field(description="The code of a person other than the author.")


class DocumentReason(Given):
    """Why something is done."""

    reason: NeededParagraph


class ReviewNote(Given):
    """What was looked at."""

    note: Paragraph = ""


class DocumentAudience(Given):
    """To whom a document is distributed, all of it."""

    is_staff: bool = Field(default=False, description="To everybody of the house.")
    roles: list[Code] = Field(default_factory=list, max_length=MOST_AUDIENCE)
    units: list[Code] = Field(default_factory=list, max_length=MOST_AUDIENCE)
    people: list[Code] = Field(default_factory=list, max_length=MOST_AUDIENCE)


class ReadVersion(Given):
    """Which version was read."""

    version: Version = Field(description="The number of the version in effect.")
