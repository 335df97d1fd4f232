"""Promise something for an imported ServiceNow incident log, so that its durations can be compared.

    TIMSHEL_DATA=… DATABASE_URL=postgresql://… python bench/promise_servicenow_log.py

By the real actions: an agreement for all imported services whose time runs around the clock, and
rules by which each waiting state of the log pauses the promise to resolve. Then all clocks are
read again. After that, ``bench/compare_servicenow_log.py`` compares the time from opening to
resolution, incident by incident.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime

AGREEMENT = "servicenow-log"
SOURCE = "servicenow"
WAITING = ("requester", "supplier", "problem", "evidence")


def promise(at: datetime) -> int:
    """Publish the agreement, let waiting pause, and read all clocks again.

    Args:
        at: now.

    Returns:
        How many incidents were read.
    """
    from timshel.kernel.actor import system_actor
    from timshel.operation.work.models import ExternalReference
    from timshel.operation.work.states import WaitingReason
    from timshel.relationship_agreement.service_level.actions import (
        publish_draft,
        refresh_many,
        save_draft,
        set_waiting_rule,
    )
    from timshel.relationship_agreement.service_level.rules.contents import (
        AgreementContent,
        TargetContent,
    )
    from timshel.relationship_agreement.service_level.states import (
        AgreementKind,
        ClockKind,
        DurationUnit,
    )
    from timshel.service_portfolio.service.models import Service

    keys = ExternalReference.objects.filter(source=SOURCE).values_list("work_item_id", flat=True)
    # Not only those that incidents are about in the end: some were about another one before.
    services = Service.objects.filter(area__code=SOURCE).values_list("code", flat=True)
    content = AgreementContent(
        kind=AgreementKind.SERVICE,
        name="Imported incidents",
        calendar="around-the-clock",
        services=tuple(sorted(services)),
        targets=(TargetContent(ClockKind.RESOLVE, 24, DurationUnit.HOURS),),
    )
    actor = system_actor()
    save_draft(AGREEMENT, content=content, actor=actor, at=at)
    publish_draft(AGREEMENT, since_ever=True, actor=actor, at=at)
    for reason in WAITING:
        set_waiting_rule(
            ClockKind.RESOLVE,
            reason=WaitingReason(reason),
            pauses=True,
            since_ever=True,
            actor=actor,
            at=at,
        )
    return refresh_many(keys, at=at)


def main() -> int:
    """Promise, and say how long reading took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    import django
    from django.utils import timezone

    django.setup()
    started = time.perf_counter()
    count = promise(timezone.now())
    print(f"Read the clocks of {count:,} incidents in {time.perf_counter() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
