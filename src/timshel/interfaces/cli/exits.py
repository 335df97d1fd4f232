"""How a command ends: the exit codes, and the one exception that carries a code and a sentence."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command, as ``timshel --help`` lists them."""

    DONE = 0
    WRONG = 1
    USAGE = 2
    IN_USE = 3
    DATABASE = 4
    PORT = 5
    INTERRUPTED = 130


EXIT_CODES = """\b
Exit codes:
  0    done
  1    something is wrong, or was refused; the message says what
  2    the command was given wrongly
  3    another process is using this data directory
  4    the database cannot be started or reached
  5    the port is taken
  130  broken off with Ctrl-C
"""


class Stop(Exception):  # noqa: N818 - a way to end, not a fault
    """Ends the command with a sentence for people and an exit code.

    Args:
        message: what happened, and what to do about it.
        code: the exit code.
    """

    def __init__(self, message: str, code: Exit = Exit.WRONG) -> None:
        self.message = message
        self.code = code
        super().__init__(message)
