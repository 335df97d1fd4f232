"""The OpenAPI 3.1 document: what ninja derives from the routers, and what it cannot know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI

from timshel.interfaces.api.problems import KINDS, MEDIA_TYPE, TYPE_PREFIX, Kind
from timshel.interfaces.api.scopes import scope_of
from timshel.leadership.authority.access import SCOPES

Document = dict[str, Any]

# What every operation may answer besides its own.
ALWAYS = (400, 401, 403, 405, 422, 429, 500, 503)
PREFIX = "/api/v1/"
METHODS = ("get", "post", "patch", "put", "delete")
CHANGING = ("patch", "put", "delete")
JSON = "application/json"
FIRST_PROBLEM = 400

PROBLEM_SCHEMA: Document = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 says.",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "description": "A name of the kind of problem, as a URN."},
        "title": {"type": "string", "description": "The kind of problem, for people."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What happened this time, for people."},
        "instance": {
            "type": "string",
            "description": "The address that was asked, or for a fault the entry in the log.",
        },
        "code": {
            "type": "string",
            "description": "The kind of problem, for programs.",
            "examples": sorted(KINDS),
        },
        "errors": {
            "type": "object",
            "description": "For each wrong field, what to mend.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "cause": {
            "type": "string",
            "enum": ["shape", "rule"],
            "description": "With `invalid`: `shape` where this document says already what is "
            "wrong, `rule` where it follows from other fields or from what there is.",
        },
        "current": {
            "type": "object",
            "description": "With 412: the record as it stands now, as its own address shows it.",
        },
        "differences": {
            "type": "array",
            "description": "The fields that somebody else changed meanwhile.",
            "items": {"$ref": "#/components/schemas/Difference"},
        },
    },
}
DIFFERENCE_SCHEMA: Document = {
    "type": "object",
    "description": "One field that two people changed.",
    "required": ["field", "seen", "current", "wanted", "changed_by", "changed_at"],
    "properties": {
        "field": {"type": "string", "description": "The name of the field."},
        "seen": {"description": "The value that you saw."},
        "current": {"description": "The value that stands now."},
        "wanted": {"description": "The value that you sent."},
        "changed_by": {"type": "string", "description": "Who changed it meanwhile."},
        "changed_at": {"type": "string", "format": "date-time", "description": "When."},
    },
}
TAG_HEADER: Document = {
    "ETag": {
        "description": "What the answer is called: send it as `If-None-Match` to read again only "
        "what changed, or as `If-Match` with a change of this record.",
        "schema": {"type": "string"},
        "example": '"3.9f86d081884c7d65"',
    }
}
QUOTA_HEADERS: Document = {
    "RateLimit-Policy": {
        "description": "How many requests a token may send in how many seconds.",
        "schema": {"type": "string"},
        "example": '"requests";q=600;w=60',
    },
    "RateLimit": {
        "description": "How many are left, and in how many seconds there are all again.",
        "schema": {"type": "string"},
        "example": '"requests";r=417;t=23',
    },
}
RETRY_HEADER: Document = {
    "Retry-After": {
        "description": "After how many seconds to send it again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 23,
    }
}
END_HEADERS: Document = {
    "Deprecation": {
        "description": "Since when this is no longer to be used, as RFC 9745 says.",
        "schema": {"type": "string"},
        "example": "@1767225600",
    },
    "Sunset": {
        "description": "From when on it may be gone, as RFC 8594 says.",
        "schema": {"type": "string"},
        "example": "Fri, 01 Jan 2027 00:00:00 GMT",
    },
}
HEADERS: Document = {**TAG_HEADER, **QUOTA_HEADERS, **RETRY_HEADER, **END_HEADERS}
NOT_MODIFIED: Document = {
    "description": "The copy of the client still holds.",
    "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in TAG_HEADER},
}
IF_NONE_MATCH: Document = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the copy that the client has; answered with 304 and no body "
    "where it still holds.",
    "schema": {"type": "string"},
}
IF_MATCH: Document = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the record as it was read; answered with 412 and the record as "
    "it stands if somebody changed it since.",
    "schema": {"type": "string"},
}
CHALLENGE: Document = {
    "WWW-Authenticate": {
        "description": "Says that a bearer token is wanted, and whether one was wrong.",
        "schema": {"type": "string"},
    }
}


def answers(*statuses: int) -> Document:
    """Return what an operation adds to the document for the problems it may answer with.

    Args:
        statuses: those beyond what every operation may answer.
    """
    return {"responses": {status: _reference(status) for status in statuses}}


def with_headers(status: int, headers: Document, extra: Document) -> Document:
    """Return an operation's additions with response headers for a status."""
    responses = {**extra.get("responses", {}), status: {"headers": headers}}
    return {**extra, "responses": responses}


def complete(api: NinjaAPI) -> Document:
    """Return the whole document of version 1."""
    # Through JSON and back: a copy whose parts are nobody else's, with text keys as it is sent.
    document: Document = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete_operation(method, operation)
    components = document["components"]
    components["schemas"] |= {"Problem": PROBLEM_SCHEMA, "Difference": DIFFERENCE_SCHEMA}
    components["headers"] = dict(HEADERS)
    components["responses"] = {
        "NotModified": NOT_MODIFIED,
    } | {_response_name(status): _response(kinds) for status, kinds in _by_status().items()}
    for scheme in components["securitySchemes"].values():
        scheme["description"] = (
            "A token of a person or of a service account, limited to scopes. Each operation names "
            "the scope it needs; a scope that changes an area opens reading it as well.\n\n"
            + "\n".join(f"- `{scope.code}`: {scope.title}." for scope in SCOPES.values())
        )
    _strip_titles(document["paths"])
    _strip_titles(components["schemas"])
    components["schemas"] = _in_use(document)
    return document


def _in_use(document: Document) -> Document:
    """Return the schemas that something refers to: those taken apart into parameters are not."""
    schemas: Document = document["components"]["schemas"]
    used: set[str] = set()
    waiting = _references({**document, "components": document["components"]["responses"]})
    while waiting:
        used |= waiting
        waiting = set().union(*(_references(schemas[name]) for name in waiting)) - used
    return {name: schemas[name] for name in sorted(used)}


def _references(part: Any) -> set[str]:
    found = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(part))
    return set(found)


def _complete_operation(method: str, operation: Document) -> None:
    own = {int(status): answer for status, answer in operation["responses"].items()}
    headers = {each["name"] for each in operation["parameters"]}
    for status in (*ALWAYS, *_also(method, operation, headers)):
        own.setdefault(status, _reference(status))
    for parameter in operation["parameters"]:
        _complete_parameter(parameter)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        _complete_form(content["schema"])
    _complete_conditions(method, operation, own, headers)
    for status, answer in own.items():
        if status < FIRST_PROBLEM and "$ref" not in answer:
            ends = END_HEADERS if operation.get("deprecated") else {}
            answer["headers"] = {
                **answer.get("headers", {}),
                **_named(QUOTA_HEADERS),
                **_named(ends),
            }
    operation["responses"] = {str(status): own[status] for status in sorted(own)}
    scope = scope_of(method.upper(), operation["tags"], operation["operationId"])
    for requirement in operation["security"]:
        for name in requirement:
            requirement[name] = [] if scope is None else [scope]


def _named(headers: Document) -> Document:
    """Return headers by reference: they are in almost every answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in headers}


def _complete_form(schema: Document) -> None:
    """Say that of files which are needed there is at least one: an empty list cannot be sent."""
    for name in schema.get("required", ()):
        field = schema.get("properties", {}).get(name, {})
        if field.get("items", {}).get("format") == "binary":
            field["minItems"] = 1


def _also(method: str, operation: Document, headers: set[str]) -> Iterator[int]:
    """Yield the problems that follow from what an operation takes."""
    if method in CHANGING or "If-Match" in headers:
        yield 412
    if "requestBody" in operation:
        yield from (411, 413)
    if "Idempotency-Key" in headers:
        yield 409


def _complete_conditions(
    method: str, operation: Document, own: dict[int, Document], headers: set[str]
) -> None:
    """Say of the conditions that the door looks at for all operations."""
    if method in CHANGING and "If-Match" not in headers:
        operation["parameters"].append(IF_MATCH)
    good = own.get(200, {})
    if method == "get" and JSON in good.get("content", {}):
        operation["parameters"].append(IF_NONE_MATCH)
        good["headers"] = {**good.get("headers", {}), **_named(TAG_HEADER)}
        own[304] = {"$ref": "#/components/responses/NotModified"}


def _complete_parameter(parameter: Document) -> None:
    """Say of a parameter itself what ninja repeats in its schema; none can be null."""
    schema = parameter["schema"]
    # ninja writes examples of parameters as a list, which OpenAPI allows in a schema only.
    parameter.pop("examples", None)
    if "examples" in schema:
        parameter["example"] = schema.pop("examples")[0]
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    choices = [each for each in schema.pop("anyOf", ()) if each.get("type") != "null"]
    if choices:
        schema.update(choices[0])
    schema.get("items", {}).pop("description", None)


def _by_status() -> dict[int, list[Kind]]:
    found: dict[int, list[Kind]] = {}
    for kind in KINDS.values():
        found.setdefault(kind.status, []).append(kind)
    return found


def _reference(status: int) -> Document:
    return {"$ref": f"#/components/responses/{_response_name(status)}"}


def _response_name(status: int) -> str:
    """Return a status's name here: Python's own names of some changed between versions."""
    kind = next(kind for kind in KINDS.values() if kind.status == status)
    return "".join(word.capitalize() for word in kind.code.split("_"))


def _response(kinds: Iterable[Kind]) -> Document:
    known = list(kinds)
    response: Document = {
        "description": "\n\n".join(f"`{kind.code}`: {kind.advice}" for kind in known),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.code: {"value": _example(kind)} for kind in known},
            }
        },
    }
    if known[0].status == HTTPStatus.UNAUTHORIZED:
        response["headers"] = CHALLENGE
    if known[0].status == HTTPStatus.TOO_MANY_REQUESTS:
        response["headers"] = _named({**QUOTA_HEADERS, **RETRY_HEADER})
    if known[0].status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["headers"] = _named(RETRY_HEADER)
    return response


def _example(kind: Kind) -> Document:
    example: Document = {
        "type": TYPE_PREFIX + kind.code.replace("_", "-"),
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(kind.title),
        "instance": "/api/v1/incidents/INC0000012",
        "code": kind.code,
    }
    if kind.code == "invalid":
        example["errors"] = {"title": ["This is needed."]}
        example["cause"] = "shape"
    if kind.code in ("conflict", "precondition_failed"):
        example["differences"] = [
            {
                "field": "title",
                "seen": "Printer",
                "current": "Printer on floor 2",
                "wanted": "Colour printer",
                "changed_by": "Noor Haddad",
                "changed_at": "2026-03-02T09:15:00Z",
            }
        ]
    return example


def _strip_titles(part: Any) -> None:
    """Remove the titles that only repeat the names of fields."""
    if isinstance(part, list):
        for each in part:
            _strip_titles(each)
    elif isinstance(part, dict):
        if isinstance(part.get("title"), str) and ("type" in part or "anyOf" in part):
            del part["title"]
        for each in part.values():
            _strip_titles(each)
