"""What can be done with calls: tell of them, write them down, promise to call back, keep lines."""

from timshel.operation.call.actions.call_backs import (
    CallBackPromise,
    cancel_call_back,
    finish_call_back,
    miss_call_back,
    miss_due_call_backs,
    move_call_back,
    promise_call_back,
    remind_due_call_backs,
)
from timshel.operation.call.actions.forgetting import forget_call_numbers
from timshel.operation.call.actions.keeping import (
    LineContent,
    TemplateContent,
    keep_line,
    keep_template,
)
from timshel.operation.call.actions.logging import CallLog, link_call, log_call
from timshel.operation.call.actions.telling import CallTold, Recorded, record_calls

__all__ = [
    "CallBackPromise",
    "CallLog",
    "CallTold",
    "LineContent",
    "Recorded",
    "TemplateContent",
    "cancel_call_back",
    "finish_call_back",
    "forget_call_numbers",
    "keep_line",
    "keep_template",
    "link_call",
    "log_call",
    "miss_call_back",
    "miss_due_call_backs",
    "move_call_back",
    "promise_call_back",
    "record_calls",
    "remind_due_call_backs",
]
