"""What lies back in a running house, which no page may write: run as a program beside it.

``python -m tests.journeys.past DATA late SERVICE`` writes cases of a service of the last weeks
that came too late, one of them still open, and such as came in time afterwards.
``python -m tests.journeys.past DATA days NUMBER`` lets twelve days pass for a nonconformity.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from tests.interfaces.cli.product import environment
from timshel.interfaces.cli.environment import ready_django

PASSED = timedelta(days=12)
DAYS_LATE = range(18, 23)
DAYS_IN_TIME = range(5, 12)
DAYS_OPEN = 4
LONG, SHORT = timedelta(days=4), timedelta(minutes=8)
SOURCE = "journey"
PEOPLE = ("imre.castellane", "jonas.okereke")


def in_the_past(data: Path, *words: str) -> None:
    """Write what lies back into the house of a data directory."""
    program = [sys.executable, "-m", __name__, str(data), *words]
    subprocess.run(program, check=True, env=environment())  # not the database of other tests


def write_cases(service: str, *, at: datetime) -> None:
    """Write cases that came too late before the twelfth day ago, and in time from then on."""
    from timshel.context.people.models import Person
    from timshel.kernel.actor import system_actor
    from timshel.resolution_fulfilment.incident.actions import IncidentReport
    from timshel.resolution_fulfilment.incident.bulk import write_histories
    from timshel.resolution_fulfilment.incident.histories import (
        Doer,
        IncidentHistory,
        Resolved,
        Started,
    )

    people = Person.objects.in_bulk(PEOPLE, field_name="code")
    requester, agent = (Doer(people[code].pk, people[code].name) for code in PEOPLE)

    def case(days: int, lasting: timedelta | None) -> IncidentHistory:
        began = at - timedelta(days=days)
        report = IncidentReport(
            title=f"Pages come out grey ({days})",
            service=service,
            impact=1,
            urgency=1,
            requester_id=requester.person_id,
        )
        ended = () if lasting is None else (
            Started(began + lasting / 2, agent),
            Resolved(began + lasting, agent, code="fixed", text="A new drum."),
        )  # fmt: skip
        return IncidentHistory(f"{service}-{days}", "", report, began, requester, ended)

    late = [case(days, LONG) for days in DAYS_LATE]
    in_time = [case(days, SHORT) for days in DAYS_IN_TIME]
    lives = [*late, *in_time, case(DAYS_OPEN, None)]
    write_histories(lives, source=SOURCE, actor=system_actor(), at=at)


def let_days_pass(number: str) -> None:
    """Put a nonconformity, and all that was done about it, twelve days back."""
    from django.db.models import F

    from timshel.improvement.nonconformity.models import Nonconformity
    from timshel.kernel.record_numbers import key_of

    names = ("raised_at", "corrected_at", "analysed_at", "implemented_at")
    found = Nonconformity.objects.filter(pk=key_of("NCR", number))
    found.update(**{name: F(name) - PASSED for name in names})


def main(data: str, what: str, about: str) -> None:
    """Do what the program is asked for."""
    with ready_django(Path(data)):
        from django.utils import timezone

        if what == "late":
            write_cases(about, at=timezone.now())
        else:
            let_days_pass(about)


if __name__ == "__main__":
    main(*sys.argv[1:])
