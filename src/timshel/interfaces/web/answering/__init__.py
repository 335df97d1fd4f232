"""Forms in pages: drawing one step, and reading it back when it was posted.

A page that asks something makes an ``Asking``, keeps the raw answers wherever it likes, and::

    posted = read_post(request, asking, step_key, raw)   # on POST; keep posted.raw in any case
    if posted.is_saving:    # the script saves what was typed
        return HttpResponse(status=204)
    if posted.is_complete:  # on to the next step; posted.reading.answers are clean
        ...
    step = step_context(asking, step_key, posted.raw, posted.shown_errors)

The template includes ``answering/head.html`` in its head, ``answering/summary.html`` above, and
``answering/step.html`` within its own ``<form method="post" enctype="multipart/form-data"
novalidate data-answering>``. A button that leaves without judging needs ``formnovalidate``.
"""

from __future__ import annotations

from timshel.interfaces.web.answering.asking import Asking
from timshel.interfaces.web.answering.posting import Posted, read_post
from timshel.interfaces.web.answering.view import FieldView, StepView, step_context

__all__ = ["Asking", "FieldView", "Posted", "StepView", "read_post", "step_context"]
