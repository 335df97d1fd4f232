"""Children that end with their parent, so that a killed supervisor leaves no orphans.

Linux sends the asked signal when the parent dies, by whatever death. Elsewhere nothing is sent,
and the next start ends what was left behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with_parent(parent: int, asked: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send this process ``asked`` once its parent is gone.

    Call it in the child, after any change of user, since that clears the wish. The parent's
    *thread* that started the child counts, so children are started from main threads.

    Args:
        parent: the process id of the parent as it was before the child began; when it has died
            in the meantime, this process ends at once.
        asked: the signal to be sent.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(asked), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), asked)


def ending_with_this_process(asked: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return a function for ``subprocess``'s ``preexec_fn``: the child ends with this process.

    Args:
        asked: the signal sent to the child when this process has gone.
    """
    parent = os.getpid()

    def prepare() -> None:
        end_with_parent(parent, asked)

    return prepare
