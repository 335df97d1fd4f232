"""Mailboxes whose server says when mail arrives: one thread of the worker waits for each.

Nothing depends on it. What a thread does not take, the sweep polls; what dies is begun again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import connection, connections

from timshel.interfaces.mail import receiving
from timshel.interfaces.worker.errands import stopping
from timshel.support.communication import queries

logger = logging.getLogger("timshel.mail")

LOOK_SECONDS = 15.0  # how soon a mailbox that somebody made is watched
PAUSE_SECONDS = 30.0  # before a watch that ended is begun again
WITHOUT_SECONDS = 15 * 60.0  # before a server is asked again that did not offer it
MOST = 50  # threads, each with a connection to the database and one to a mail server


class Watchers:
    """The threads of a worker, one for each mailbox that is fetched.

    Args:
        watch: what a thread does, over and over.
    """

    def __init__(self, watch: Callable[..., bool] = receiving.watch_mailbox) -> None:
        self._watch = watch
        self._threads: dict[int, threading.Thread] = {}

    def run(self) -> None:
        """Keep a thread for each mailbox until the worker is asked to stop."""
        while not stopping.is_set():
            try:
                self.look()
            except Exception:
                logger.exception("Mailboxes to watch could not be read")
            finally:
                connections.close_all()
            stopping.wait(LOOK_SECONDS)

    def look(self) -> None:
        """Begin a thread for each mailbox that has none."""
        self._threads = {key: each for key, each in self._threads.items() if each.is_alive()}
        for mailbox_id in sorted(queries.mailboxes_fetched()):
            if mailbox_id not in self._threads and len(self._threads) < MOST:
                thread = threading.Thread(
                    target=self._keep_watching,
                    args=(mailbox_id,),
                    name=f"mailbox-{mailbox_id}",
                    daemon=True,  # it may wait for minutes; being cut off loses nothing
                )
                self._threads[mailbox_id] = thread
                thread.start()

    def _keep_watching(self, mailbox_id: int) -> None:
        while not stopping.is_set() and self._is_fetched(mailbox_id):
            is_offered = True
            try:
                is_offered = self._watch(mailbox_id, should_stop=stopping.is_set)
            except Exception:
                logger.exception("Mailbox %s is not watched for the moment", mailbox_id)
            finally:
                connection.close()
            stopping.wait(PAUSE_SECONDS if is_offered else WITHOUT_SECONDS)

    def _is_fetched(self, mailbox_id: int) -> bool:
        try:
            return mailbox_id in queries.mailboxes_fetched()
        except Exception:
            logger.exception("Mailbox %s is not watched for the moment", mailbox_id)
            return True
        finally:
            connection.close()


def start() -> None:
    """Begin to watch, beside the jobs of this process."""
    threading.Thread(target=Watchers().run, name="mailboxes", daemon=True).start()
