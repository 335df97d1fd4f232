"""Keeping macros and texts, and doing what a macro says."""

from timshel.operation.macro.actions.keeping import (
    MacroGiven,
    ModuleGiven,
    ReplyGiven,
    change_macro,
    change_module,
    change_reply,
    create_macro,
    create_module,
    create_reply,
)
from timshel.operation.macro.actions.running import (
    MacroRun,
    note_module_use,
    note_reply_use,
    run_macro,
)

__all__ = [
    "MacroGiven",
    "MacroRun",
    "ModuleGiven",
    "ReplyGiven",
    "change_macro",
    "change_module",
    "change_reply",
    "create_macro",
    "create_module",
    "create_reply",
    "note_module_use",
    "note_reply_use",
    "run_macro",
]
