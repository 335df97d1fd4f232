"""The words that texts are made of are learnt by the clock, so that typing errors can be told."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.search.actions import forget_marks, learn_words


@sweep("search.learn_words", cron="* * * * *")
def learn(*, at: datetime) -> None:  # noqa: ARG001 - as every sweep is called
    """Read what is new, and keep the words that occur in it."""
    learn_words()


@sweep("search.learn_again", cron="41 3 * * *")
def learn_again(*, at: datetime) -> None:  # noqa: ARG001 - as every sweep is called
    """Have names read again that were changed where they stand: of people, services, offerings."""
    forget_marks(["people", "catalogue"])
