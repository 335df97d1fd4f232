"""How resources are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.support.resource.models import Resource
from timshel.support.resource.rules.content import PREFIX

RESOURCES = Register("resource", Resource, PREFIX, "name", "note")
