"""What is looked for while somebody types: the last letters are always the ones that count.

Requests of one field wait for one another, and only one waits: without a word about it, what was
typed third is never asked for while the answer to the first is on its way.
"""

from __future__ import annotations

import re

from tests.architecture.house import PACKAGE

WHILE_TYPING = re.compile(r'hx-trigger="[^"]*\binput\b[^"]*"[^\n]*')
REPLACED = re.compile(r'hx-sync="[^"]*:replace"')


def test_what_is_typed_last_replaces_what_was_asked_before() -> None:
    fields = {
        f"{path.relative_to(PACKAGE)}: {found}"
        for path in PACKAGE.rglob("*.html")
        for found in WHILE_TYPING.findall(path.read_text(encoding="utf-8"))
    }
    assert fields
    assert [each for each in sorted(fields) if not REPLACED.search(each)] == []
