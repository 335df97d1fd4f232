"""Statements as blocks of plain text, since Typst never reads what people write as markup."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False})
_LISTS = {"bullet_list_open": 1, "ordered_list_open": 1}
_ENDS = {"bullet_list_close": -1, "ordered_list_close": -1}


def blocks(text: str) -> list[dict[str, Any]]:
    """Return the headings, paragraphs, items of lists and listings of a Markdown text.

    Each has a ``kind`` (``heading``, ``paragraph``, ``item`` or ``code``), its ``text`` and, for
    items, how deep they are nested and their number, 0 where they have none.
    """
    found: list[dict[str, Any]] = []
    depth, number, is_heading = 0, 0, False
    for token in _PARSER.parse(text):
        depth += _LISTS.get(token.type, 0) + _ENDS.get(token.type, 0)
        if token.type == "list_item_open":
            number = int(token.info or 0)
        elif token.type == "heading_open":
            is_heading = True
        elif token.type == "heading_close":
            is_heading = False
        elif token.type in ("fence", "code_block"):
            found.append({"kind": "code", "text": token.content.rstrip()})
        elif token.type == "inline":
            kind = "heading" if is_heading else "item" if depth else "paragraph"
            found.append({"kind": kind, "text": _plain(token), "depth": depth, "number": number})
    return found


def _plain(token: Token) -> str:
    parts = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n" if child.type == "hardbreak" else " ")
        else:
            parts.append(child.content)
    return "".join(parts)
