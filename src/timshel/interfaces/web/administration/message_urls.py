"""The addresses of messages in the administration: what leaves, in which words and whose name."""

from __future__ import annotations

from timshel.interfaces.web.administration import message_words as words
from timshel.interfaces.web.administration import messages
from timshel.interfaces.web.entrance import guarded_path as path
from timshel.support.communication.access import MANAGE

KEEP = (MANAGE,)
ONE = "message-templates/<str:kind>/<str:language>"

MESSAGE_PATHS = [
    path("messages", messages.message_list, name="message-list", permissions=KEEP),
    path("messages/resend", messages.resend, name="message-resend", permissions=KEEP),
    path("messages/<int:message_id>", messages.message, name="message", permissions=KEEP),
    path("message-addresses", messages.addresses, name="message-addresses", permissions=KEEP),
    path(
        "message-addresses/<int:trouble_id>/clear",
        messages.clear_address,
        name="message-address-clear",
        permissions=KEEP,
    ),
    path("message-templates", words.templates, name="message-templates", permissions=KEEP),
    path(ONE, words.template, name="message-template", permissions=KEEP),
    path(f"{ONE}/restore", words.restore, name="message-template-restore", permissions=KEEP),
    path("message-senders", words.senders, name="message-senders", permissions=KEEP),
    path("message-senders/<str:code>", words.sender, name="message-sender", permissions=KEEP),
    path(
        "message-senders/<str:code>/drop",
        words.drop_sender,
        name="message-sender-drop",
        permissions=KEEP,
    ),
]
