"""The addresses of the rules for mail."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.administration import mail_rules
from timshel.interfaces.web.entrance import guarded_path
from timshel.resolution_fulfilment.intake.access import CONFIGURE

path = partial(guarded_path, permissions=(CONFIGURE,))

MAIL_RULE_PATHS = [
    path("mail-rules", mail_rules.rules, name="mail-rules"),
    path("mail-rules/senders", mail_rules.judge, name="mail-sender"),
    path("mail-rules/senders/<int:sender_id>/forget", mail_rules.forget, name="mail-sender-forget"),
    path("mail-rules/<slug:mailbox>", mail_rules.save, name="mail-rule"),
]
