"""What pages and the API read of macros, saved replies and text modules."""

from timshel.operation.macro.queries.deeds import (
    MacroPlan,
    PlannedStep,
    macro_deeds,
    macro_plan,
    planned_deeds,
)
from timshel.operation.macro.queries.listing import (
    MacroView,
    ModuleView,
    ReplyView,
    macro,
    macro_list,
    module,
    module_list,
    reply,
    reply_list,
)
from timshel.operation.macro.queries.writing import (
    FilledText,
    filled_reply,
    filled_text,
    modules_for,
    replies_for,
)

__all__ = [
    "FilledText",
    "MacroPlan",
    "MacroView",
    "ModuleView",
    "PlannedStep",
    "ReplyView",
    "filled_reply",
    "filled_text",
    "macro",
    "macro_deeds",
    "macro_list",
    "macro_plan",
    "module",
    "module_list",
    "modules_for",
    "planned_deeds",
    "replies_for",
    "reply",
    "reply_list",
]
