"""What no program should send, and how what comes back is judged."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

settings.register_profile(
    "fuzz",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FUZZ = settings.get_profile("fuzz")

NASTY = st.sampled_from(
    [
        "\0",
        "\ud800",
        "a\udfff",
        "' OR 1=1 --",
        "%00",
        "%s",
        "{{7*7}}",
        "../../etc/passwd",
        "\r\nX-Evil: 1",
        "\u202e",
        "𝕏" * 200,
        "x" * 60_000,
        "INC0000001",
        "",
    ]
)
TEXT = NASTY | st.text(max_size=40)
NUMBER = st.sampled_from(
    [0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**400, 1e400, float("nan"), 0.1]
) | st.integers(-(2**70), 2**70)
VALUE = st.recursive(
    TEXT | NUMBER | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


def check(answer: Any) -> None:
    """Refuse a fault, and an error that is no problem document."""
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content)["status"] == answer.status_code
