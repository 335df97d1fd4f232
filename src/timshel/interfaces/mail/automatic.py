"""Whether a machine wrote a mail: what it is told by, so that no machine is ever answered."""

from __future__ import annotations

import re
from email.message import EmailMessage
from enum import StrEnum

from timshel.interfaces.mail.headers import header, mailboxes
from timshel.interfaces.mail.parsing import media_type


class Automatic(StrEnum):
    """By what a mail tells that no person wrote it."""

    REPORT = "report"
    NULL_SENDER = "null_sender"
    REPLIED = "replied"
    GENERATED = "generated"
    BULK = "bulk"
    LIST = "list"
    SUBJECT = "subject"


# Answers that come back by themselves, where a header that nobody standardised says so.
REPLY_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply",
    "X-Mail-Autoreply",
    "X-FC-MachineGenerated",
    "X-Cron-Env",
    "X-Failed-Recipients",
)
BULK_HEADERS = ("List-Id", "List-Unsubscribe", "Feedback-ID", "X-Campaign-ID")
PRECEDENCES = {
    "auto_reply": Automatic.REPLIED,
    "auto-reply": Automatic.REPLIED,
    "bulk": Automatic.BULK,
    "junk": Automatic.BULK,
    "list": Automatic.LIST,
}
MACHINES = re.compile(
    r"(?:mailer-?daemon|postmaster|no-?reply|do-?not-?reply|ne-?pas-?repondre|nepasrepondre|bounces?"
    r"|noreply-.{1,40}|notifications?)@"
)
# How programs begin the subject when their owner is away or a mail did not arrive.
SUBJECTS = re.compile(
    r"(?i)^\s*(?:"
    r"auto(?:matic|mated)?[ -]?(?:reply|response|answer)\b"
    r"|autoreply\b|autoresponder\b|auto:"
    r"|out[ -]of[ -](?:the[ -])?office\b|ooo:|away from (?:the|my) office"
    r"|vacation (?:reply|notice|response)|i am (?:away|on (?:leave|vacation|holiday))"
    r"|réponse automatique|absence du bureau|message d'absence|notification d'absence"
    r"|réponse auto\b|absen(?:t|ce) ?:|en congés?\b"
    r"|automatische antwort|abwesenheitsnotiz|abwesenheits(?:nachricht|meldung|assistent)"
    r"|respuesta autom[aá]tica|fuera de (?:la )?oficina|resposta autom[aá]tica"
    r"|fora do escrit[oó]rio"
    r"|risposta automatica|fuori (?:sede|ufficio)|automatisch antwoord|afwezig(?:heids)?\b"
    r"|automatisk svar|autosvar|automaattinen vastaus|autom[aá]tica odpov|automatyczna odpowied"
    r"|автоматический ответ|автоответ|自动回复|自動返信|不在通知"
    r"|undeliver(?:able|ed)|undelivered mail|delivery (?:status notification|failure|has failed)"
    r"|delivery incomplete"
    r"|mail delivery (?:failed|failure|subsystem|system)|returned mail|failure notice|delayed mail"
    r"|mail system error|message (?:undeliverable|delayed)|non remis|échec de (?:la )?remise"
    r"|unzustellbar|nicht zustellbar|non recapitabile|no se puede entregar"
    r"|read:|read receipt|lu ?:|gelesen:|leído:|letto:"
    r")"
)


def automatic(mail: EmailMessage, *, envelope_from: str | None = None) -> Automatic | None:
    """Return by what a mail tells that a machine wrote it, or None for a person's.

    Args:
        mail: as it was parsed.
        envelope_from: whom the server named as sender; empty for the null sender, None where it
            is not known.
    """
    if media_type(mail) in ("multipart/report", "message/delivery-status"):
        return Automatic.REPORT
    if envelope_from is not None and envelope_from.strip() in ("", "<>"):
        return Automatic.NULL_SENDER
    if header(mail, "Return-Path") == "<>":
        return Automatic.NULL_SENDER
    submitted = header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return Automatic.GENERATED if submitted == "auto-generated" else Automatic.REPLIED
    if any(header(mail, name).lower() not in ("", "no") for name in REPLY_HEADERS):
        return Automatic.REPLIED
    return _by_habit(mail)


def _by_habit(mail: EmailMessage) -> Automatic | None:
    found = PRECEDENCES.get(header(mail, "Precedence").lower())
    if found is not None:
        return found
    if SUBJECTS.match(header(mail, "Subject")[:200].replace("’", "'")):
        return Automatic.SUBJECT
    senders = mailboxes(mail, "From")
    if senders and MACHINES.match(senders[0].address):
        return Automatic.GENERATED
    # A list that takes what people post, such as a group that forwards to us; RFC 2369.
    if header(mail, "List-Post").upper().strip() not in ("", "NO"):
        return Automatic.LIST
    if any(header(mail, name) for name in BULK_HEADERS):
        return Automatic.BULK
    return None
