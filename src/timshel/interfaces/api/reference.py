"""The OpenAPI document as a page that people read, drawn here without any script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from timshel.interfaces.api.document import METHODS, Document

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])
DEEPEST = 4
# Above this a limit is the database's and tells people nothing.
LARGEST_SHOWN = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a table of fields or parameters.

    Args:
        name: as it is sent.
        place: where a parameter goes (``path``, ``query``, ``header``); empty for fields.
        type: what it takes, in words.
        target: the schema that the type names, or empty.
        is_required: it must be sent, or is always there.
        text: what it means.
    """

    name: str
    place: str
    type: str
    target: str
    is_required: bool
    text: SafeString


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an operation: its status, what it means, and what comes with it."""

    status: str
    text: SafeString
    type: str
    target: str
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked."""

    anchor: str
    method: str
    path: str
    summary: str
    text: SafeString
    parameters: tuple[Property, ...]
    body: tuple[Property, ...]
    body_type: str
    answers: tuple[Answer, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations on one word of the domain."""

    name: str
    text: SafeString
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A named schema: a table of fields, or the values that it may have."""

    name: str
    text: SafeString
    properties: tuple[Property, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything that the page shows."""

    title: str
    version: str
    text: SafeString
    chapters: tuple[Chapter, ...]
    shapes: tuple[Shape, ...]


def reference(document: Document, *, address: str) -> Reference:
    """Return the page's content.

    Args:
        document: the whole OpenAPI document.
        address: scheme and host for the examples.
    """
    return Reference(
        title=document["info"]["title"],
        version=document["info"]["version"],
        text=_rich(document["info"]["description"]),
        chapters=tuple(_chapter(document, tag, address) for tag in document["tags"]),
        shapes=tuple(
            _shape(name, schema) for name, schema in document["components"]["schemas"].items()
        ),
    )


def _rich(text: str | None) -> SafeString:
    html: str = _MARKDOWN.render(text or "")
    return SafeString(html)


def _chapter(document: Document, tag: Mapping[str, Any], address: str) -> Chapter:
    operations = tuple(
        _operation(document, method, path, operation, address)
        for path, method, operation in _operations(document)
        if tag["name"] in operation.get("tags", ())
    )
    return Chapter(tag["name"], _rich(tag.get("description")), operations)


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _operation(
    document: Document, method: str, path: str, operation: Document, address: str
) -> Operation:
    media_type, body = _body(operation)
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=_rich(operation.get("description")),
        parameters=tuple(
            _property(each["name"], each["schema"], each, is_required=each.get("required", False))
            for each in operation.get("parameters", ())
        ),
        body=_properties(_resolved(document, body)),
        body_type=media_type,
        answers=tuple(
            _answer(document, status, answer) for status, answer in operation["responses"].items()
        ),
        example=_example(document, method, path, operation, address),
    )


def _body(operation: Document) -> tuple[str, Document]:
    """Return the media type of what is sent and its schema; nothing where nothing is sent."""
    content: Document = operation.get("requestBody", {}).get("content", {})
    for media_type, details in content.items():
        return media_type, details["schema"]
    return "", {}


def _resolved(document: Document, schema: Document) -> Document:
    if "$ref" in schema:
        found: Document = document["components"]["schemas"][_target(schema)]
        return found
    if len(schema.get("allOf", ())) == 1:
        return _resolved(document, schema["allOf"][0])
    return schema


def _answer(document: Document, status: str, answer: Document) -> Answer:
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rsplit("/", 1)[-1]]
    content: Document = answer.get("content", {})
    schemas = [details["schema"] for details in content.values()]
    type_name, target = _type(schemas[0]) if schemas else ("", "")
    return Answer(
        status, _rich(answer["description"]), type_name, target, tuple(answer.get("headers", ()))
    )


def _shape(name: str, schema: Document) -> Shape:
    values = tuple(str(each) for each in schema.get("enum", ()))
    return Shape(name, _rich(schema.get("description")), _properties(schema), values)


def _properties(schema: Document) -> tuple[Property, ...]:
    required = schema.get("required", ())
    return tuple(
        _property(name, details, {}, is_required=name in required)
        for name, details in schema.get("properties", {}).items()
    )


def _property(
    name: str,
    schema: Document,
    parameter: Document,
    *,
    is_required: bool,
) -> Property:
    type_name, target = _type(schema)
    text = parameter.get("description") or schema.get("description")
    return Property(name, parameter.get("in", ""), type_name, target, is_required, _rich(text))


def _target(schema: Document) -> str:
    return str(schema["$ref"]).rsplit("/", 1)[-1]


def _type(schema: Document) -> tuple[str, str]:
    """Return a type in words, and the schema it names or contains."""
    if "$ref" in schema:
        return _target(schema), _target(schema)
    choices: Sequence[Document] = schema.get("anyOf") or schema.get("allOf") or ()
    if choices:
        found = [_type(each) for each in choices]
        target = next((target for _name, target in found if target), "")
        return " or ".join(name for name, _target in found), target
    if schema.get("type") == "array":
        name, target = _type(schema["items"])
        return f"list of {name}", target
    return _plain_type(schema), ""


def _plain_type(schema: Document) -> str:
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    words = str(schema.get("format") or schema.get("type") or "any value")
    low = schema.get("minimum", schema.get("minLength"))
    high = schema.get("maximum", schema.get("maxLength"))
    if high is not None and high >= LARGEST_SHOWN:
        return words
    if low is not None and high is not None:
        return f"{words} ({low} to {high})"
    return f"{words} (at most {high})" if high is not None else words


def _example(document: Document, method: str, path: str, operation: Document, address: str) -> str:
    """Return a command that asks for this, to be pasted into a shell."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            sample = str(parameter.get("example", "1"))
            path = path.replace(f"{{{parameter['name']}}}", sample)
    lines = [f"curl -X {method.upper()} '{address}{path}'", '-H "Authorization: Bearer $TOKEN"']
    media_type, body = _body(operation)
    lines += [
        f"-H '{parameter['name']}: {parameter['example']}'"
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "header" and "example" in parameter
    ]
    if media_type == "multipart/form-data":
        lines.append("-F 'files=@screen.png'")
    elif body:
        sent = json.dumps(_sample(document, body, DEEPEST), ensure_ascii=False)
        lines += ["-H 'Content-Type: application/json'", f"-d '{sent}'"]
    return " \\\n  ".join(lines)


def _sample(document: Document, schema: Document, depth: int) -> Any:
    """Return the example that a schema gives, or an empty object."""
    schema = _resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if depth and schema.get("type") == "object":
        return {
            name: _sample(document, details, depth - 1)
            for name, details in schema.get("properties", {}).items()
            if name in schema.get("required", ())
        }
    return schema.get("default", "…")
