"""What a rule can say of mail, and in which words held mail is explained."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.support.communication.states import IncomingReason


class UnknownSenders(StrEnum):
    """What becomes of mail from somebody whom nobody knows."""

    GUEST = "guest"
    HOLD = "hold"
    REJECT = "reject"


class AutomaticMail(StrEnum):
    """What becomes of mail that a machine wrote and that belongs to no case."""

    IGNORE = "ignore"
    HOLD = "hold"


class Verdict(StrEnum):
    """What is thought of a sender, or of all of a domain."""

    TRUSTED = "trusted"
    BLOCKED = "blocked"


UNKNOWN_SENDER_NAMES: dict[str, Promise] = {
    UnknownSenders.HOLD: _("Hold it for a person"),
    UnknownSenders.GUEST: _("Make the sender known as a guest, and open a case"),
    UnknownSenders.REJECT: _("Ignore it"),
}
AUTOMATIC_NAMES: dict[str, Promise] = {
    AutomaticMail.IGNORE: _("Ignore it"),
    AutomaticMail.HOLD: _("Hold it for a person"),
}
VERDICT_NAMES: dict[str, Promise] = {
    Verdict.TRUSTED: _("Trusted: becomes a case, also of somebody unknown"),
    Verdict.BLOCKED: _("Blocked: is ignored"),
}
REASON_NAMES: dict[str, Promise] = {
    IncomingReason.NONE: _("It was left aside."),
    IncomingReason.UNKNOWN_SENDER: _("Nobody with this address is known."),
    IncomingReason.REFUSED_SENDER: _("Mail from this sender is not taken."),
    IncomingReason.NOT_ALLOWED: _("The sender may not do what the mail would do."),
    IncomingReason.NO_SERVICE: _("It leads to no service."),
    IncomingReason.TOO_LARGE: _("It is larger than a mail may be; only its beginning was kept."),
    IncomingReason.TOO_MANY_PARTS: _("It has more parts, or deeper ones, than are read."),
    IncomingReason.UNREADABLE: _("It could not be read."),
    IncomingReason.ENCRYPTED: _("It is encrypted, and only its recipient can read it."),
    IncomingReason.LOOP: _(
        "So many mails came from this sender or to this case that it looks like two machines"
        " answering each other."
    ),
    IncomingReason.AUTOMATIC: _("A machine wrote it."),
    IncomingReason.DELIVERY_REPORT: _("It reports on the delivery of another mail."),
    IncomingReason.OWN_MESSAGE: _("It is one of our own mails that came back."),
    IncomingReason.DUPLICATE: _("The same mail was taken already."),
    IncomingReason.FAILED: _("Taking it up failed several times."),
    IncomingReason.BY_HAND: _("Somebody left it aside."),
}
