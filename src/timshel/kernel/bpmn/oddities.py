"""What is BPMN, but not of our vocabulary, in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each sentence knows %(where)s, the element, and %(detail)s, the word at fault.
SENTENCES: dict[str, Promise] = {
    "unsupported": _(
        "“%(where)s” is a “%(detail)s”, which does not run here. Draw it with tasks, service tasks,"
        " gateways, events, sub-processes or calls instead."
    ),
    "part": _("“%(where)s” holds a “%(detail)s”, which does not run here. Take it out."),
    "script": _(
        "“%(where)s” holds a script (“%(detail)s”). Scripts never run here: use a CEL condition or"
        " a named service task."
    ),
    "loop": _(
        "“%(where)s” repeats itself (a loop or multi-instance marker). Draw the way back with a"
        " gateway instead."
    ),
    "foreign": _(
        "“%(where)s” carries “%(detail)s” of another program. Take it out: it would be without"
        " effect here."
    ),
    "extension": _("“%(where)s” carries “timshel:%(detail)s”, which is not known. Take it out."),
    "attribute": _(
        "“%(where)s” says “%(detail)s”, which is not known there. Correct its spelling or take it"
        " out."
    ),
    "misplaced": _(
        "“%(where)s” carries a “timshel:%(detail)s” that belongs to another kind of element. Move"
        " it to a task or service task."
    ),
    "two_specs": _("“%(where)s” says twice what is to be done. Keep one."),
    "number": _("“%(where)s”: “%(detail)s” must be a whole number from 1."),
    "yes_or_no": _("“%(where)s”: “%(detail)s” must be “true” or “false”."),
    "value": _(
        "“%(where)s”: the value “%(detail)s” needs either a text or an expression, and not both."
    ),
    "not_executable": _("The process is not marked as executable. Set isExecutable to true."),
    "second_process": _(
        "“%(where)s” is a second process that runs. Keep one process in a file and call the other."
    ),
    "empty_condition": _("The flow “%(where)s” has an empty condition. Write one, or remove it."),
    "event_sub_process": _(
        "“%(where)s” is a sub-process that events begin, which does not run here. Use a boundary"
        " event."
    ),
    "compensation": _("“%(where)s” is for compensation, which does not run here. Draw the way."),
    "two_triggers": _("“%(where)s” waits for several things at once. Use one event for each."),
    "trigger": _(
        "“%(where)s” is an event with a “%(detail)s”, which does not run there. Use a timer, a"
        " message, an error, or a plain event."
    ),
    "no_trigger": _(
        "“%(where)s” does not say what it waits for. Choose a timer, a message or an error."
    ),
    "unknown_message": _("“%(where)s” does not say which message it waits for. Choose one."),
    "unknown_error": _("“%(where)s” does not say which error it means. Choose one with a code."),
    "cycle": _("“%(where)s” is a timer that repeats. Use a duration, and draw the way back to it."),
    "no_time": _("“%(where)s” is a timer without a time. Give a duration or a moment."),
}
