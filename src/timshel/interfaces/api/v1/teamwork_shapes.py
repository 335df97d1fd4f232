"""The shapes of what stands around a piece of work: tags, links, time, checklists, watchers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from timshel.interfaces.api.fields import (
    Cursor,
    Explanation,
    Given,
    Key,
    Line,
    NeededLine,
    PageSize,
    Sent,
)
from timshel.operation.teamwork.states import WorkLinkKind


class LinkShape(Sent):
    """A link to other work."""

    id: int = Field(description="Its key.")
    kind: WorkLinkKind = Field(description="What the one has to do with the other.")
    is_back: bool = Field(description="Whether it is read from the other to this one.")
    number: str = Field(description="Of the other work.")
    title: str = Field(description="Of the other work.")
    stage: str = Field(description="Of the other work.")


class TimeShape(Sent):
    """A line of time."""

    id: int = Field(description="Its key.")
    person: str = Field(description="Who spent it.")
    minutes: int = Field(description="How long.")
    day: date = Field(description="On which day.")
    note: str = Field(description="What was done.")
    is_internal: bool = Field(description="Whether only readers of notes see it.")


class CheckShape(Sent):
    """A line of the checklist."""

    id: int = Field(description="Its key.")
    text: str = Field(description="What is to be done.")
    done_by: str = Field(description="Who ticked it off; empty while it is open.")
    done_at: AwareDatetime | None = Field(description="When it was ticked off.")


class WatcherShape(Sent):
    """Somebody who follows the work."""

    person_id: int = Field(description="The person's key.")
    name: str = Field(description="The person's name.")
    by_requester: bool = Field(description="Whether the requester's side added them.")


class AroundShape(Sent):
    """What stands around a piece of work, as far as the token may see it."""

    number: str = Field(description="Of the work.")
    tags: list[str] = Field(description="Its tags, by name.")
    links: list[LinkShape] = Field(description="Its links to work that the token may see.")
    time: list[TimeShape] = Field(description="Time spent on it, the latest first.")
    minutes: int = Field(description="The sum of the lines of time that are shown.")
    checklist: list[CheckShape] = Field(description="Its checklist; a task has one of its own.")
    watchers: list[WatcherShape] = Field(description="Who follows it.")


class TagsGiven(Given):
    """Tags to add."""

    tags: list[NeededLine] = Field(
        description="Words; one that is used already keeps its spelling.",
        min_length=1,
        max_length=30,
        examples=[["screen", "new starter"]],
    )


class LinkGiven(Given):
    """A link to make."""

    to: NeededLine = Field(description="The number of the other work.", examples=["INC0000013"])
    kind: WorkLinkKind = Field(WorkLinkKind.RELATED, description="Read from this one to the other.")


class TimeGiven(Given):
    """Time to write down."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=1440)] = Field(description="How long.")
    day: date = Field(description="On which day of the last year.")
    note: Explanation = Field("", description="What was done.")
    is_internal: bool = Field(
        True,  # noqa: FBT003
        description="Whether only readers of notes see it.",
    )


class ChecksGiven(Given):
    """Lines to add to a checklist."""

    lines: list[NeededLine] = Field(
        description="What is to be done.", min_length=1, max_length=100, examples=[["Call back"]]
    )


class CheckGiven(Given):
    """Whether a line is done."""

    is_done: bool = Field(description="Whether it is.")


class WatcherGiven(Given):
    """Who is to follow the work."""

    person_id: Key = Field(description="The person's key.")


class TagQuery(Given):
    """Which tags are asked for."""

    text: Line = Field("", description="What they hold; empty for the first by name.")


class TagsFound(Sent):
    """Tags in use."""

    items: list[str] = Field(description="Those that begin with the text first.")


class MentionShape(Sent):
    """Where the token's person was named in a note."""

    number: str = Field(description="Of the work.")
    title: str = Field(description="Of the work.")
    author: str = Field(description="Who wrote the note.")
    text: str = Field(description="The note, as Markdown.")
    at: AwareDatetime = Field(description="When.")
    is_seen: bool = Field(description="Whether the person has looked at it since.")


class MentionsFound(Sent):
    """A page of mentions, newest first."""

    items: list[MentionShape] = Field(description="One for each note.")
    next_cursor: str | None = Field(description="Where to go on, or null at the end.")


class MentionQuery(Given):
    """Which mentions are asked for."""

    unseen: bool = Field(
        False,  # noqa: FBT003
        description="Only those that were not looked at yet.",
    )
    cursor: Cursor | None = Field(None, description="Where to go on, from an earlier page.")
    size: PageSize = Field(25, description="Rows to a page.")
