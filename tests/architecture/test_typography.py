"""Labels before values: each language sets its own colon, French with a space before it.

The catalogues themselves are looked at by ``tools/messages.py check``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.architecture.house import PACKAGE, Module, modules
from timshel.interfaces.web.templatetags.timshel import colon as colon_filter
from timshel.kernel.text import colon, labelled
from tools import messages

TRANSLATED = re.compile(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", re.DOTALL)
IN_TEMPLATE = re.compile(r"(?:\}\}|%\})(?:</\w+>)*:(?=\s|<|$)")
IN_DOCUMENT = re.compile(r'"\s?:\s?"')
SHOWN = ("interfaces.web.", "reactions.")


def _templates(suffix: str) -> list[Path]:
    return sorted(PACKAGE.rglob(f"*.{suffix}"))


def _by_hand(text: str, wrong: re.Pattern[str]) -> list[str]:
    bare = TRANSLATED.sub("", text)
    return [bare[max(0, each.start() - 40) : each.end()] for each in wrong.finditer(bare)]


def _labels(module: Module) -> Iterator[int]:
    """Yield the lines of strings in which a colon and a blank follow a value."""
    for string in ast.walk(module.tree):
        if not isinstance(string, ast.JoinedStr):
            continue
        for before, after in zip(string.values, string.values[1:], strict=False):
            is_value = isinstance(before, ast.FormattedValue)
            if is_value and isinstance(after, ast.Constant) and str(after.value).startswith(": "):
                yield string.lineno


@pytest.mark.parametrize("text", ["{{ name }}: {{ count }}", '{% icon "x" %}</b>: <i>'])
def test_what_is_looked_for_is_found(text: str) -> None:
    assert _by_hand(text, IN_TEMPLATE)
    assert not _by_hand(f"{{% blocktranslate %}}{text}{{% endblocktranslate %}}", IN_TEMPLATE)


@pytest.mark.parametrize(("suffix", "wrong"), [("html", IN_TEMPLATE), ("typ", IN_DOCUMENT)])
def test_templates_leave_colons_to_the_language(suffix: str, wrong: re.Pattern[str]) -> None:
    """Use ``{{ label|colon }} {{ value }}``, or a translated sentence."""
    found = {
        str(path.relative_to(PACKAGE)): places
        for path in _templates(suffix)
        if (places := _by_hand(path.read_text(encoding="utf-8"), wrong))
    }
    assert found == {}


def test_code_that_shows_leaves_colons_to_the_language() -> None:
    """Use :func:`timshel.kernel.text.labelled`, or a translated sentence."""
    found = {
        module.name: lines
        for module in modules()
        if module.name.startswith(SHOWN) and (lines := list(_labels(module)))
    }
    assert found == {}


def test_a_label_has_the_colon_of_the_language() -> None:
    with override("en"):
        assert labelled("Influence", 3) == "Influence: 3"
    with override("fr"):
        assert labelled("Influence", 3) == "Influence\u00a0: 3"
        assert colon("50 %") == "50 %\u00a0:"
        assert colon_filter("<b>") == "&lt;b&gt;\u00a0:"


@pytest.mark.parametrize(
    "wrong", ["Influence: 3", "Vraiment?", "Vraiment !", "Voici« cela »", "L'heure", "Et..."]
)
def test_the_check_of_the_french_catalogue_finds_what_is_wrong(wrong: str) -> None:
    assert any(pattern.search(wrong) for _rule, pattern in messages.TYPOGRAPHY["fr"])


@pytest.mark.parametrize(
    "right",
    [
        "Influence\u00a0: 3",
        "À 10:30",
        "https://timshel.example",
        "L’heure\u202f?",
        "(::)",
        "%(a)s:%(b)s",
    ],
)
def test_the_check_of_the_french_catalogue_leaves_the_rest_alone(right: str) -> None:
    assert not any(pattern.search(right) for _rule, pattern in messages.TYPOGRAPHY["fr"])


def test_the_french_catalogue_is_set_as_french_is() -> None:
    path = messages.LOCALE / "fr" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalogue = messages.read_po(file)
    found = [
        fault for message in catalogue if message.id for fault in messages.faults_of(message, "fr")
    ]
    assert found == []
