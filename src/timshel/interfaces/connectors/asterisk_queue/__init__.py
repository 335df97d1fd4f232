"""The queue log of Asterisk, read as it grows: the adapter that docs/telephony.md describes."""

from timshel.interfaces.connectors.asterisk_queue.following import read_log, read_on
from timshel.interfaces.connectors.asterisk_queue.lines import events_of

__all__ = ["events_of", "read_log", "read_on"]
