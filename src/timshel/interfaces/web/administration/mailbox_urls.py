"""The addresses of mailboxes."""

from __future__ import annotations

from timshel.interfaces.web.administration import mailboxes
from timshel.interfaces.web.entrance import guarded_path as path
from timshel.support.communication.access import KEEP_MAILBOXES

KEEP = (KEEP_MAILBOXES,)

MAILBOX_PATHS = [
    path("mailboxes", mailboxes.mailboxes, name="mailboxes", permissions=KEEP),
    path("new-mailbox", mailboxes.new_mailbox, name="mailbox-new", permissions=KEEP),
    path("mailboxes/<str:code>", mailboxes.mailbox, name="mailbox", permissions=KEEP),
    *(
        path(f"mailboxes/<str:code>/{verb}", view, name=f"mailbox-{verb}", permissions=KEEP)
        for verb, view in (
            ("try", mailboxes.try_mailbox),
            ("pause", mailboxes.pause_mailbox),
            ("resume", mailboxes.resume_mailbox),
        )
    ),
]
