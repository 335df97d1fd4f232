"""What the door knows of each operation before it is asked, from where they are declared."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.utils import normalize_path, replace_path_param_notation

from timshel.interfaces.api.deprecation import deprecation_of
from timshel.interfaces.api.door import Asked
from timshel.interfaces.api.scopes import scope_of

NAMES = re.compile(r"<(?:\w+:)?(\w+)>")


def operations_of(api: NinjaAPI) -> dict[str, dict[str, Asked]]:
    """Return what is known of each operation, by address as Django writes it and by method."""
    found: dict[str, dict[str, Asked]] = {}
    for route, operation in declared(api):
        for method in operation.methods:
            found.setdefault(route, {})[method] = _asked(method, operation)
    return found


def declared(api: NinjaAPI) -> Iterator[tuple[str, Operation]]:
    """Yield the address of each operation, as Django writes it, and the operation."""
    for router in api._get_bound_routers():  # noqa: SLF001 - ninja offers no other way to them
        for path, view in router.path_operations.items():
            parts = [replace_path_param_notation(each) for each in (router.prefix, path) if each]
            route = normalize_path("/".join(parts)).lstrip("/")
            for operation in view.operations:
                yield route, operation


def record_of(route: str, readable: Container[str]) -> str:
    """Return the address of the record that an address changes: itself, or the next above it.

    Args:
        route: such as ``forms/<code>/draft``.
        readable: the addresses that can be read.

    Returns:
        The address, or an empty text where nothing above can be read.
    """
    while route and route not in readable:
        route = route.rpartition("/")[0]
    return route


def _asked(method: str, operation: Operation) -> Asked:
    tags = operation.tags or ()
    headers = {
        field.alias
        for model in operation.models
        for field in model.model_fields.values()
        if model.__ninja_param_source__ == "header"
    }
    return Asked(
        scope=scope_of(method, tags, operation.operation_id or ""),
        deprecation=deprecation_of(operation.openapi_extra),
        has_own_condition="If-Match" in headers,
    )
