"""What somebody wrote, apart from what they quoted and from how they sign.

The rules look at lines, a bounded number of them at a time, so that a crafted text costs no more
than its length. Nothing is lost: every line is in one of the three parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

QUOTE_BEGINS = "\ue000"
QUOTE_ENDS = "\ue001"
"""Marks of private use, by which the reader of HTML says what its writer's program quoted."""

LONGEST_LINE = 400  # of a line that is looked at for more than how it begins
LONGEST_HEAD = 4  # lines that "On … wrote:" is spread over
MOST_OF_HEADER_BLOCK = 16
MOST_OF_OTHERS = 4
LONGEST_SIGNATURE = 14  # lines of one that no mark announces
LONGEST_NAME_LINE = 60

WROTE = (
    "wrote", "writes", "wrote the following", "a écrit", "schrieb", "schreibt", "escribió",
    "schreef", "ha scritto", "escreveu", "skrev", "napisał", "napisała", "napsal", "írta",
    "kirjoitti", "написал", "написала", "написал(а)", "пише", "пишет", "yazdı", "a scris",
    "έγραψε", "写道", "のメール",
)  # fmt: skip
HEAD_BEGINS = (
    "on ", "le ", "am ", "el ", "op ", "il ", "em ", "den ", "dne ", "w dniu ", "in article ",
    "quoting ", "citando ", "em ", "på ", "pe ",
)  # fmt: skip
HEADER_NAMES = {
    "from", "sent", "to", "cc", "bcc", "date", "subject", "reply-to",
    "de", "envoyé", "envoyé le", "à", "objet", "date d'envoi", "répondre à",
    "von", "gesendet", "an", "betreff", "datum",
    "para", "enviado", "enviado el", "asunto", "fecha", "assunto",
    "da", "inviato", "a", "oggetto", "data",
    "van", "verzonden", "aan", "onderwerp",
    "от", "отправлено", "кому", "тема", "дата", "копия",
    "från", "skickat", "till", "ämne", "fra", "sendt", "til", "emne",
}  # fmt: skip
FROM_NAMES = {"from", "de", "von", "da", "van", "от", "från", "fra", "date", "subject"}
ORIGINAL = (
    "original message", "message d'origine", "message original", "ursprüngliche nachricht",
    "originalnachricht", "mensaje original", "messaggio originale", "oorspronkelijk bericht",
    "mensagem original", "reply message", "original appointment", "исходное сообщение",
    "пересылаемое сообщение",
)  # fmt: skip
FORWARDED = (
    "forwarded message", "begin forwarded message", "message transféré",
    "début du message transféré",
    "début du message réexpédié", "message réexpédié", "weitergeleitete nachricht",
    "anfang der weitergeleiteten", "mensaje reenviado", "messaggio inoltrato",
    "doorgestuurd bericht", "mensagem encaminhada",
)  # fmt: skip
FORWARDING_SUBJECT = re.compile(r"(?i)^\s*(?:fwd?|tr|wg|rv|i|enc|doorst)\s*:")
SENT_FROM = (
    "sent from my ", "sent from mail for", "sent from outlook", "sent from yahoo",
    "get outlook for",
    "sent with ", "sent via ", "sent by my ",
    "envoyé de mon ", "envoyé depuis ", "envoyé à partir de", "téléchargez outlook pour",
    "télécharger outlook pour", "obtenez outlook pour", "envoyé avec ",
    "von meinem ", "gesendet von ", "gesendet mit ", "holen sie sich outlook",
    "enviado desde mi ", "enviado do meu ", "inviato da ", "verzonden vanaf ", "via mobile",
)  # fmt: skip
CLOSINGS = (
    "best regards", "kind regards", "warm regards", "regards", "best wishes", "best", "cheers",
    "thanks and regards", "many thanks", "thank you", "thanks", "thanks again", "sincerely",
    "yours sincerely", "yours faithfully", "all the best", "with kind regards", "rgds",
    "cordialement", "bien cordialement", "très cordialement", "bien à vous", "salutations",
    "meilleures salutations", "sincères salutations", "merci", "merci d'avance", "bonne journée",
    "merci beaucoup", "bonne réception", "amicalement", "cdt", "cdlt", "bien à toi",
    "mit freundlichen grüßen", "mit freundlichen grüssen", "freundliche grüße", "viele grüße",
    "beste grüße", "mfg", "danke", "vielen dank", "saludos", "un saludo", "gracias",
    "cordiali saluti", "grazie", "met vriendelijke groet", "с уважением", "спасибо",
)  # fmt: skip

DIVIDERS = "-_* >:"
_RULE = re.compile(r"[-_=*~#]{3,}$")
_HEADER_LINE = re.compile(r"^[*_\s>]{0,6}([^\W\d_][\w'’ -]{0,18}?)[*_\s]{0,4}[::][*_\s]{0,4}")
_TIME = re.compile(r"\d{1,2}[:.hH]\d{2}|\d{4}")
_CONTACT = re.compile(
    r"(?i)@[\w-]+\.|https?://|www\.|\+?\d[\d ().-]{6,}\d|^\s*(?:t|tel|tél|phone|mobile|mob|fax|f|m"
    r"|skype)\s*[.:]"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A text in three: what was written, how it is signed, and what was quoted.

    ``is_forward`` tells that the quoted part is what the writer wanted to be read.
    """

    reply: str
    signature: str = ""
    quoted: str = ""
    is_forward: bool = False


def split(text: str, *, sender: str = "", subject: str = "") -> Parts:
    """Return a text as what was written, signed and quoted.

    Args:
        text: in Unix lines; it may hold the marks of quotes.
        sender: the name of the writer, by which a signature without a mark is known.
        subject: of the mail, which tells a forward.
    """
    lines = text.split("\n")
    kinds, is_forward = _quoted_lines(lines)
    written = [line for line, quoted in zip(lines, kinds, strict=True) if not quoted]
    quoted = [line for line, is_quoted in zip(lines, kinds, strict=True) if is_quoted]
    body, signature = _without_signature(_plain(written), sender=sender)
    is_forward = is_forward or bool(quoted and FORWARDING_SUBJECT.match(subject[:40]))
    return Parts(_tidy(body), _tidy(signature), _tidy(_plain(quoted)), is_forward)


def _plain(lines: list[str]) -> list[str]:
    return [each.replace(QUOTE_BEGINS, "").replace(QUOTE_ENDS, "") for each in lines]


def _tidy(lines: list[str]) -> str:
    """Return lines as text without blank ones at both ends and three in a row."""
    kept: list[str] = []
    for line in lines:
        plain = line.rstrip()
        if plain or (kept and (kept[-1] or (len(kept) > 1 and kept[-2]))):
            kept.append(plain)
    return "\n".join(kept).strip("\n")


def _quoted_lines(lines: list[str]) -> tuple[list[bool], bool]:
    """Return for each line whether it is quoted, and whether what is quoted was forwarded."""
    kinds = _marked(lines)
    for index, line in enumerate(lines):
        if kinds[index]:
            continue
        ending = _begins_rest(lines, index)
        if ending:
            kinds[index:] = [True] * (len(lines) - index)
            return _with_heads(lines, kinds), ending == "forwarded"
        kinds[index] = line.lstrip().startswith(">")
    return _with_context(lines, _with_heads(lines, kinds)), False


def _marked(lines: list[str]) -> list[bool]:
    """Return which lines lie within the marks of quotes."""
    kinds, depth = [], 0
    for line in lines:
        begins, ends = line.count(QUOTE_BEGINS), line.count(QUOTE_ENDS)
        kinds.append(depth > 0 or begins > 0)
        depth = max(0, depth + begins - ends)
    return kinds


def _begins_rest(lines: list[str], index: int) -> str:
    """Return how a line announces that all the rest is quoted: a divider or a block of headers."""
    line = lines[index].strip()
    if not line or len(line) > LONGEST_LINE:
        return ""
    words = line.strip(DIVIDERS).lower().replace("’", "'")
    is_divider = line[:2].strip(DIVIDERS) == ""
    if words.startswith(FORWARDED) and len(words) <= LONGEST_NAME_LINE:
        return "forwarded"
    if is_divider and words.startswith(ORIGINAL):
        return "original"
    if _RULE.fullmatch(line):
        following = _next_filled(lines, index + 1)
        return "original" if following is not None and _is_header_block(lines, following) else ""
    if _is_header_block(lines, index):
        return "original"
    return "original" if _is_head_of_unmarked(lines, index) else ""


def _next_filled(lines: list[str], index: int) -> int | None:
    for at in range(index, min(index + 3, len(lines))):
        if lines[at].strip():
            return at
    return None


def _is_header_block(lines: list[str], index: int) -> bool:
    """Tell whether the headers of a quoted mail stand here, as Outlook writes them."""
    first = _HEADER_LINE.match(lines[index][:LONGEST_NAME_LINE])
    if first is None or first[1].strip().lower() not in FROM_NAMES:
        return False
    names, others = set(), 0
    for line in lines[index : index + MOST_OF_HEADER_BLOCK]:
        match = _HEADER_LINE.match(line[:LONGEST_NAME_LINE])
        name = match[1].strip().lower().replace("’", "'") if match else ""
        if name in HEADER_NAMES:
            names.add(name)
        elif line.strip():
            others += 1  # such as a value that goes on in the next line
        if others > MOST_OF_OTHERS:
            break
    return len(names) >= 3


def _head_length(lines: list[str], index: int) -> int:
    """Return how many lines "On … wrote:" takes from here; 0 where it does not stand here."""
    first = lines[index].strip()
    if len(first) > LONGEST_LINE or not _may_begin_head(first):
        return 0
    joined = ""
    for count, line in enumerate(lines[index : index + LONGEST_HEAD], 1):
        plain = line.strip()
        if not plain or plain.startswith(">") or len(joined) + len(plain) > LONGEST_LINE:
            return 0
        joined = f"{joined} {plain}".strip()
        if joined.endswith((":", "：")):
            return count if _is_head(joined[:-1].strip().lower()) else 0
    return 0


def _may_begin_head(line: str) -> bool:
    words = line.lower().lstrip("-* ")
    return not line.startswith(">") and bool(
        words.startswith(HEAD_BEGINS) or "@" in words or _TIME.search(words)
    )


def _is_head(words: str) -> bool:
    says = any(f" {each}" in f" {words}" for each in WROTE)
    return ("@" in words and bool(_TIME.search(words))) or (says and _names_somebody(words))


def _names_somebody(words: str) -> bool:
    return "@" in words or bool(_TIME.search(words))


def _is_head_of_unmarked(lines: list[str], index: int) -> bool:
    """Tell whether a head stands here whose quote has no marks, so that it takes all the rest."""
    length = _head_length(lines, index)
    if not length:
        return False
    following = _next_filled(lines, index + length)
    if following is None:
        return False
    line = lines[following]
    return not line.lstrip().startswith(">") and QUOTE_BEGINS not in line


def _with_heads(lines: list[str], kinds: list[bool]) -> list[bool]:
    """Take the head of each quote, "On … wrote:", to the quote."""
    found = list(kinds)
    for index in range(len(lines)):
        if found[index]:
            continue
        length = _head_length(lines, index)
        if not length:
            continue
        following = _next_filled(lines, index + length)
        if following is not None and found[following]:
            found[index:following] = [True] * (following - index)
    return found


def _with_context(lines: list[str], kinds: list[bool]) -> list[bool]:
    """Leave quotes where they are that are answered one by one; only the last may go.

    One quote with an answer below it goes; two with words between them are a conversation that
    nobody understands without them.
    """
    written = [at for at, line in enumerate(lines) if line.strip() and not kinds[at]]
    last_written = written[-1] if written else -1
    runs: list[tuple[int, int]] = []
    is_apart = True
    for index, (line, quoted) in enumerate(zip(lines, kinds, strict=True)):
        if not quoted:
            is_apart = is_apart or bool(line.strip())
            continue
        if is_apart:
            runs.append((index, index + 1))
        runs[-1] = (runs[-1][0], index + 1)
        is_apart = False
    answered = sum(1 for _begin, end in runs if end <= last_written)
    if answered < 2:
        return kinds
    found = [False] * len(kinds)
    begin, end = runs[-1]
    if end > last_written:
        found[begin:end] = [True] * (end - begin)
    return found


def _without_signature(lines: list[str], *, sender: str) -> tuple[list[str], list[str]]:
    for index, line in enumerate(lines):
        if (
            line.rstrip() in ("--", "—", "__")
            and index
            and any(each.strip() for each in lines[:index])
        ):
            return lines[:index], lines[index:]
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index in filled[1:][-LONGEST_SIGNATURE:]:
        if _begins_signature(lines, index, sender=sender):
            return lines[:index], lines[index:]
    return lines, []


def _begins_signature(lines: list[str], index: int, *, sender: str) -> bool:
    """Tell whether the last lines from here on are how somebody signs."""
    line = lines[index].strip()
    plain = line.lower().strip("*_ ")
    if plain.startswith(SENT_FROM):
        return True
    rest = [each.strip() for each in lines[index + 1 :] if each.strip()]
    if _RULE.fullmatch(line):
        return bool(rest) and all(len(each) <= LONGEST_NAME_LINE for each in rest)
    if any(len(each) > LONGEST_NAME_LINE for each in [line, *rest]):
        return False
    closing = plain.rstrip(",.!;: ").replace("’", "'")
    if closing in CLOSINGS:
        return len(rest) <= LONGEST_SIGNATURE and not any(each.endswith("?") for each in rest)
    after_blank = not lines[index - 1].strip()
    if after_blank and _is_name_of(plain, sender):
        return not any(each.endswith("?") for each in rest)
    return after_blank and _is_card(line, rest)


def _is_name_of(line: str, sender: str) -> bool:
    names = [each for each in re.split(r"[\s,.@]+", sender.lower()) if len(each) > 1]
    words = line.replace(",", " ").split()
    return bool(names and words) and words[0] in names and len(words) <= 5


def _is_card(line: str, rest: list[str]) -> bool:
    """Tell whether lines are a name followed by ways to reach somebody."""
    contacts = sum(1 for each in rest if _CONTACT.search(each))
    is_name = line[:1].isupper() and not line.endswith((".", "!", "?", ":")) and len(line) <= 40
    return is_name and len(rest) >= 2 and contacts >= 2 and contacts * 2 >= len(rest)
