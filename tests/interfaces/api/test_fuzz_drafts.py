"""Whatever is sent as a draft of a form or a page, the answer is never a fault of ours."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast, token
from tests.interfaces.api.fuzzing import FUZZ, VALUE, check
from tests.interfaces.api.world import Caller
from timshel.leadership.authority.access import PERMISSIONS


@FUZZ
@given(
    path=st.sampled_from(["/forms/kit/draft", "/catalogue/pages/laptop-standard/draft"]),
    name=st.sampled_from(["title", "text", "steps", "price", "minimum", "parts"]),
    value=VALUE,
)
def test_drafts(cast: Cast, path: str, name: str, value: Any) -> None:
    administrator = Caller(token(cast.administrator, PERMISSIONS))
    price = {"amount": value, "currency": "EUR", "per": "once"}
    content = {"name": "A laptop", "title": "Kit", "price": price, name: value}
    design = {"title": "Kit", "steps": [{"key": "a", "title": "A", "fields": [content]}]}
    for body in ({"content": content}, {"design": design}, {"design": content}):
        check(administrator.ask("PUT", path, {**body, "revision": 0}))
