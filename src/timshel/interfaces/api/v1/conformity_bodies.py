"""What programs send about conformity, and what of it the domain takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from timshel.improvement.conformity.queries import QuestionFilter
from timshel.improvement.conformity.rules import (
    LONGEST_ADDRESS,
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_LINKS,
    Link,
    VerdictContent,
)
from timshel.improvement.conformity.states import (
    EvidenceKind,
    Judgement,
    Status,
    VerdictStanding,
)
from timshel.interfaces.api.fields import Code, Cursor, Given, PageSize, Storable
from timshel.interfaces.api.v1.conformity_shapes import (
    ConformityEvidenceKind,
    ConformityJudgement,
    ConformityStatus,
    ConformityVerdictStanding,
)

ModelAsked = Annotated[str, Field(max_length=60), Storable]


class ConformityModelQuery(Given):
    """Which model is asked for."""

    model: ModelAsked = Field("", description="Its code; empty for the first with questions.")


class ConformityQuestionQuery(ConformityModelQuery):
    """Which questions are asked for."""

    status: ConformityStatus | None = Field(None, description="Only these.")
    clause: Code | None = Field(None, description="In this clause or below it.")
    kind: ConformityEvidenceKind | None = Field(None, description="Only this kind of evidence.")
    verdict: ConformityVerdictStanding | None = Field(None, description="By their verdicts.")
    text: Code | None = Field(None, description="In the question.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")

    def asked(self) -> QuestionFilter:
        """Return it as the domain takes it."""
        return QuestionFilter(
            status=Status(self.status.value) if self.status else None,
            clause=self.clause or "",
            kind=EvidenceKind(self.kind.value) if self.kind else None,
            verdict=VerdictStanding(self.verdict.value) if self.verdict else None,
            text=self.text or "",
        )


class ConformityPageQuery(ConformityModelQuery):
    """Which page is asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class ConformityExportQuery(Given):
    """Which page of exports is asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class ConformityCrosswalkQuery(ConformityModelQuery):
    """Which crosswalk is asked for."""

    other: ModelAsked = Field("", description="Only beside this model.")


class ConformityLinkGiven(Given):
    """Something that was shown."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
    address: Annotated[str, Field(max_length=LONGEST_ADDRESS), Storable] = Field(
        "", description="Begins with / or https://."
    )


class ConformityVerdictGiven(Given):
    """What is said of a question."""

    judgement: ConformityJudgement
    note: Annotated[str, Field(max_length=LONGEST_NOTE), Storable] = Field(
        "", description="Why; needed unless it conforms."
    )
    links: Annotated[tuple[ConformityLinkGiven, ...], Field(max_length=MOST_LINKS)] = Field(
        (), description="What was shown."
    )
    next_date: date | None = Field(None, description="When it is looked at again.")
    seen: Annotated[int, Field(strict=True, ge=0, le=2**63 - 1)] | None = Field(
        None, description="The key of the verdict that stood when it was read; 0 for none."
    )

    def content(self) -> VerdictContent:
        """Return it as the domain takes it."""
        return VerdictContent(
            Judgement(self.judgement.value),
            self.note,
            tuple(Link(each.title, each.address) for each in self.links),
            self.next_date,
        )


class ConformityExportGiven(Given):
    """Of which model all evidence is put together."""

    model: ModelAsked = Field("", description="Its code; empty for the first with questions.")
