"""How mandates are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.rules import PREFIX

MANDATES = Register("mandate", Mandate, PREFIX, "title", "conditions")
