"""How meetings are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.support.meeting.models import Meeting
from timshel.support.meeting.rules import PREFIX

MEETINGS = Register("meeting", Meeting, PREFIX, "title", "place")
