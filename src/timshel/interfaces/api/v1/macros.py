"""Macros, saved replies and text modules: keeping them, running a macro, filling a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    KeyInAddress,
    LongText,
    NeededLine,
    Sent,
    refuse_unknown,
)
from timshel.interfaces.api.v1.bulk import DeedGiven
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.operation.macro import actions, queries
from timshel.operation.macro.access import require_work

macros = Router(tags=["Macros"])
replies = Router(tags=["Saved replies"])
modules = Router(tags=["Text modules"])

MacroId = Annotated[KeyInAddress, Path(description="The key of the macro.", examples=[3])]
ReplyId = Annotated[KeyInAddress, Path(description="The key of the saved reply.", examples=[3])]
ModuleId = Annotated[KeyInAddress, Path(description="The key of the text module.", examples=[3])]
WorkNumber = Annotated[str, Field(pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$")]
AskedNumber = Annotated[
    WorkNumber, Query(description="The number of the work.", examples=["INC0000012"])
]
AudienceName = Literal["personal", "team", "everyone"]
KindName = Literal["incident", "service_request", "task"]
Texts = dict[Literal["en", "fr"], LongText]
NAMES = "with names of values in double braces, such as `{{requester.name}}`"


class Shared(Sent):
    """What is the same of macros, saved replies and text modules."""

    id: int = Field(description="By which other addresses name it.")
    name: str = Field(description="What people choose it by.")
    audience: AudienceName = Field(description="Who finds it.")
    team: str = Field(description="The code of the team whose it is; empty otherwise.")
    is_active: bool = Field(description="Whether it is offered.")
    may_change: bool = Field(description="Whether you may change it.")
    uses: int = Field(description="How often it was used.")
    used_at: AwareDatetime | None = Field(description="When it was used last.")


class Macro(Shared):
    """Several deeds with one name."""

    description: str = Field(description="What it is for.")
    kinds: tuple[str, ...] = Field(description="Kinds of work; empty means all.")
    steps: tuple[dict[str, Any], ...] = Field(description="The deeds, in their order.")


class SavedReply(Shared):
    """A text by language."""

    texts: dict[str, str] = Field(description=f"By language, {NAMES}.")


class TextModule(SavedReply):
    """A text that a keyword brings."""

    keyword: str = Field(description="What is typed after `::`.")


class Macros(Sent):
    """Macros by name."""

    items: tuple[Macro, ...]


class Replies(Sent):
    """Saved replies by name."""

    items: tuple[SavedReply, ...]


class Modules(Sent):
    """Text modules by keyword."""

    items: tuple[TextModule, ...]


class SharedGiven(Given):
    """What is said of all three."""

    name: NeededLine
    audience: AudienceName = Field("personal", description="Who shall find it.")
    team: Code | Literal[""] = Field("", description="The code of the team, where it is a team's.")
    is_active: Annotated[bool, Field(description="Whether it is offered.")] = True


class MacroStepGiven(DeedGiven):
    """A deed; what it says may differ by language."""

    texts: Texts | None = Field(None, description=f"Instead of `text`, by language, {NAMES}.")


class MacroGiven(SharedGiven):
    """A macro, whole."""

    description: Annotated[str, Field(max_length=300)] = Field("", description="What it is for.")
    kinds: list[KindName] = Field([], description="Kinds of work; empty means all.")
    steps: list[MacroStepGiven] = Field(description="The deeds, in their order.", max_length=20)


class ReplyGiven(SharedGiven):
    """A saved reply, whole."""

    texts: Texts = Field(description=f"By language, {NAMES}.")


class ModuleGiven(ReplyGiven):
    """A text module, whole."""

    keyword: Annotated[str, Field(min_length=1, max_length=30)] = Field(
        description="What is typed after `::`."
    )


class MacroRunGiven(Given):
    """On what a macro is run."""

    number: WorkNumber = Field(description="The number of the work.")


class MacroDone(Sent):
    """That a macro was run."""

    macro_id: int = Field(description="Of which macro.")
    number: str = Field(description="Of the work.")
    steps: int = Field(description="How many deeds were done.")


class FilledText(Sent):
    """A saved reply as it reads for one piece of work."""

    id: int = Field(description="Of the saved reply.")
    language: str = Field(description="In which it is: that of the requester where there is one.")
    text: str = Field(description="With the values that are known.")
    missing: tuple[str, ...] = Field(description="Names of values that are not known here.")


MAKES = with_headers(201, REPLAY_HEADER, answers(404, 409, 411, 422))
CHANGES = with_headers(200, REPLAY_HEADER, answers(404, 409, 411, 422))


@macros.get("", response=Macros, operation_id="list_macros", summary="List the macros")
def list_macros(request: ApiRequest) -> Macros:
    """Return the macros that you find, those that are not offered any more among them."""
    refuse_unknown(request, ())
    require_work(request.auth)
    rows = queries.macro_list(actor=request.auth)
    return Macros(items=tuple(_macro(row) for row in rows))


@macros.get(
    "/{macro_id}",
    response=Macro,
    operation_id="read_macro",
    summary="Read a macro",
    openapi_extra=answers(404),
)
def read_macro(request: ApiRequest, macro_id: MacroId) -> Macro:
    """Return a macro with its steps."""
    return _macro(queries.macro(macro_id, actor=request.auth))


@macros.post(
    "",
    response={201: Macro},
    operation_id="create_macro",
    summary="Make a macro",
    openapi_extra=MAKES,
)
def create_macro(
    request: ApiRequest, given: MacroGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Make a macro of your own; needs `macro.manage` where others shall find it."""

    def do() -> Answer:
        key = actions.create_macro(_macro_given(given), actor=request.auth, at=request.at)
        return Answer.of(_macro(queries.macro(key, actor=request.auth)), status=201)

    return answer_once(request, idempotency_key, do)


@macros.put(
    "/{macro_id}",
    response=Macro,
    operation_id="replace_macro",
    summary="Change a macro",
    openapi_extra=CHANGES,
)
def replace_macro(
    request: ApiRequest,
    macro_id: MacroId,
    given: MacroGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what a macro is from now on, whole; needs `macro.manage` where others find it."""

    def do() -> Answer:
        actions.change_macro(macro_id, given=_macro_given(given), actor=request.auth, at=request.at)
        return Answer.of(_macro(queries.macro(macro_id, actor=request.auth)))

    return answer_once(request, idempotency_key, do)


@macros.post(
    "/{macro_id}/run",
    response=MacroDone,
    operation_id="run_macro",
    summary="Run a macro on a piece of work",
    openapi_extra=CHANGES,
)
def run_macro(
    request: ApiRequest,
    macro_id: MacroId,
    given: MacroRunGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Do all deeds of a macro with your rights, or none; what was refused is named."""

    def do() -> Answer:
        done = actions.run_macro(macro_id, number=given.number, actor=request.auth, at=request.at)
        told = MacroDone(macro_id=done.macro_id, number=done.number, steps=done.steps)
        return Answer.of(told)

    return answer_once(request, idempotency_key, do)


@replies.get("", response=Replies, operation_id="list_replies", summary="List the saved replies")
def list_replies(request: ApiRequest) -> Replies:
    """Return the saved replies that you find, with their texts by language."""
    refuse_unknown(request, ())
    require_work(request.auth)
    rows = queries.reply_list(actor=request.auth)
    return Replies(items=tuple(_text(row) for row in rows))


@replies.get(
    "/{reply_id}/filled",
    response=FilledText,
    operation_id="fill_reply",
    summary="Fill a saved reply in",
    openapi_extra=answers(404, 422),
)
def fill_reply(request: ApiRequest, reply_id: ReplyId, number: AskedNumber) -> FilledText:
    """Return a saved reply as it reads for a piece of work, and which values are not known."""
    found = queries.filled_reply(reply_id, number=number, actor=request.auth, at=request.at)
    return FilledText(id=found.id, language=found.language, text=found.text, missing=found.missing)


@replies.post(
    "",
    response={201: SavedReply},
    operation_id="create_reply",
    summary="Save a reply",
    openapi_extra=MAKES,
)
def create_reply(
    request: ApiRequest, given: ReplyGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Save a reply of your own; needs `macro.manage` where others shall find it."""

    def do() -> Answer:
        reply = actions.ReplyGiven(**given.model_dump())
        key = actions.create_reply(reply, actor=request.auth, at=request.at)
        return Answer.of(_text(queries.reply(key, actor=request.auth)), status=201)

    return answer_once(request, idempotency_key, do)


@replies.put(
    "/{reply_id}",
    response=SavedReply,
    operation_id="replace_reply",
    summary="Change a saved reply",
    openapi_extra=CHANGES,
)
def replace_reply(
    request: ApiRequest,
    reply_id: ReplyId,
    given: ReplyGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say how a saved reply reads from now on; needs `macro.manage` where others find it."""

    def do() -> Answer:
        reply = actions.ReplyGiven(**given.model_dump())
        actions.change_reply(reply_id, given=reply, actor=request.auth, at=request.at)
        return Answer.of(_text(queries.reply(reply_id, actor=request.auth)))

    return answer_once(request, idempotency_key, do)


@modules.get("", response=Modules, operation_id="list_modules", summary="List the text modules")
def list_modules(request: ApiRequest) -> Modules:
    """Return the text modules that you find, with their texts by language."""
    refuse_unknown(request, ())
    require_work(request.auth)
    rows = queries.module_list(actor=request.auth)
    return Modules(items=tuple(_module(row) for row in rows))


@modules.post(
    "",
    response={201: TextModule},
    operation_id="create_module",
    summary="Make a text module",
    openapi_extra=MAKES,
)
def create_module(
    request: ApiRequest, given: ModuleGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Make a text module of your own; needs `macro.manage` where others shall find it."""

    def do() -> Answer:
        module = actions.ModuleGiven(**given.model_dump())
        key = actions.create_module(module, actor=request.auth, at=request.at)
        return Answer.of(_module(queries.module(key, actor=request.auth)), status=201)

    return answer_once(request, idempotency_key, do)


@modules.put(
    "/{module_id}",
    response=TextModule,
    operation_id="replace_module",
    summary="Change a text module",
    openapi_extra=CHANGES,
)
def replace_module(
    request: ApiRequest,
    module_id: ModuleId,
    given: ModuleGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what a keyword brings from now on; needs `macro.manage` where others find it."""

    def do() -> Answer:
        module = actions.ModuleGiven(**given.model_dump())
        actions.change_module(module_id, given=module, actor=request.auth, at=request.at)
        return Answer.of(_module(queries.module(module_id, actor=request.auth)))

    return answer_once(request, idempotency_key, do)


def _macro_given(given: MacroGiven) -> actions.MacroGiven:
    plain = given.model_dump(exclude={"steps"})
    steps = [step.model_dump(mode="json", exclude_unset=True) for step in given.steps]
    return actions.MacroGiven(**plain, steps=steps)


def _shared(row: queries.MacroView | queries.ReplyView | queries.ModuleView) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "audience": row.audience,
        "team": row.team_code,
        "is_active": row.is_active,
        "may_change": row.may_change,
        "uses": row.uses,
        "used_at": row.used_at,
    }


def _macro(row: queries.MacroView) -> Macro:
    steps: tuple[Mapping[str, Any], ...] = row.steps
    return Macro(
        **_shared(row),
        description=row.description,
        kinds=row.kinds,
        steps=tuple(dict(step) for step in steps),
    )


def _text(row: queries.ReplyView) -> SavedReply:
    return SavedReply(**_shared(row), texts=dict(row.texts))


def _module(row: queries.ModuleView) -> TextModule:
    return TextModule(**_shared(row), texts=dict(row.texts), keyword=row.keyword)
