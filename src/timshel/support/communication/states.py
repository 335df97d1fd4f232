"""Where messages stand that leave or arrive, and what moves them."""

from __future__ import annotations

from enum import StrEnum

from timshel.kernel.states import StateMachine, Transition


class MessageState(StrEnum):
    """Where an outgoing message stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class Trigger(StrEnum):
    """What moves a message."""

    DELIVER = "deliver"
    GIVE_UP = "give_up"
    RETRY = "retry"
    BOUNCE = "bounce"


class Failure(StrEnum):
    """Why a message did not arrive."""

    NONE = ""
    SERVER = "server"  # no server took it, for the time being
    REFUSED = "refused"  # a server said no for good
    NO_ADDRESS = "no_address"  # what stands where an address should is none
    MARKED = "marked"  # the address was reported before as one at which nothing arrives
    BOUNCED = "bounced"  # it was taken, and came back later


class ReportAction(StrEnum):
    """What a delivery report says became of a message (RFC 3464)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


MESSAGES: StateMachine[MessageState, Trigger] = StateMachine(
    "message",
    initial=MessageState.QUEUED,
    transitions=(
        Transition(Trigger.DELIVER, frozenset({MessageState.QUEUED}), MessageState.SENT),
        Transition(Trigger.GIVE_UP, frozenset({MessageState.QUEUED}), MessageState.FAILED),
        # A report may overtake our own knowledge that the message went.
        Transition(
            Trigger.BOUNCE,
            frozenset({MessageState.SENT, MessageState.QUEUED}),
            MessageState.BOUNCED,
        ),
        Transition(
            Trigger.RETRY,
            frozenset({MessageState.FAILED, MessageState.BOUNCED}),
            MessageState.QUEUED,
        ),
    ),
)


class ArrivalDoor(StrEnum):
    """The way by which a message came to us."""

    IMAP = "imap"
    LMTP = "lmtp"
    PIPE = "pipe"


class IncomingState(StrEnum):
    """Where an incoming message stands."""

    ARRIVED = "arrived"
    TAKEN = "taken"
    HELD = "held"
    IGNORED = "ignored"


class IncomingTrigger(StrEnum):
    """What moves an incoming message."""

    TAKE = "take"
    HOLD = "hold"
    IGNORE = "ignore"
    RETRY = "retry"


class IncomingReason(StrEnum):
    """Why a message waits for a person, or was left aside."""

    NONE = ""
    UNKNOWN_SENDER = "unknown_sender"
    REFUSED_SENDER = "refused_sender"
    NOT_ALLOWED = "not_allowed"
    NO_SERVICE = "no_service"
    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    LOOP = "loop"
    AUTOMATIC = "automatic"
    DELIVERY_REPORT = "delivery_report"
    OWN_MESSAGE = "own_message"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    BY_HAND = "by_hand"


OPEN_INCOMING = frozenset({IncomingState.ARRIVED, IncomingState.HELD})

INCOMING: StateMachine[IncomingState, IncomingTrigger] = StateMachine(
    "incoming message",
    initial=IncomingState.ARRIVED,
    transitions=(
        Transition(
            IncomingTrigger.TAKE, OPEN_INCOMING | {IncomingState.IGNORED}, IncomingState.TAKEN
        ),
        Transition(IncomingTrigger.HOLD, frozenset({IncomingState.ARRIVED}), IncomingState.HELD),
        Transition(IncomingTrigger.IGNORE, OPEN_INCOMING, IncomingState.IGNORED),
        Transition(
            IncomingTrigger.RETRY,
            frozenset({IncomingState.HELD, IncomingState.IGNORED}),
            IncomingState.ARRIVED,
        ),
    ),
)


class MailboxWay(StrEnum):
    """How the mail of a mailbox reaches us."""

    FETCHED = "fetched"
    DELIVERED = "delivered"


class Security(StrEnum):
    """How the way to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class SignIn(StrEnum):
    """How we say to a mail server who we are."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    OAUTH = "oauth"


class OAuthGrant(StrEnum):
    """What an access token is given for (RFC 6749)."""

    CLIENT_CREDENTIALS = "client_credentials"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the word, not one


class Afterwards(StrEnum):
    """What becomes of a message on the mail server once it is kept here."""

    MOVE = "move"
    DELETE = "delete"
    MARK = "mark"
