"""The addresses of one deed for many."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.desk import bulk
from timshel.interfaces.web.entrance import guarded_path
from timshel.operation.bulk.access import BULK

path = partial(guarded_path, permissions=(BULK,))

urlpatterns = [
    path("bulk", bulk.runs, name="bulk-runs"),
    path("bulk/choose", bulk.choose, name="bulk-choose"),
    path("bulk/<int:run_id>", bulk.run, name="bulk-run"),
    path("bulk/<int:run_id>/decide", bulk.decide, name="bulk-decide"),
    path("bulk/<int:run_id>/look", bulk.look, name="bulk-look"),
    path("bulk/<int:run_id>/begin", bulk.begin, name="bulk-begin"),
    *(
        path(f"bulk/<int:run_id>/{verb}", bulk.act, name=f"bulk-{verb}", verb=verb)
        for verb in ("stop", "retry", "undo")
    ),
]
