"""Finding the person whom somebody typed by name, mail address or code; works without a script."""

from __future__ import annotations

from django.utils.translation import gettext as _

from timshel.context.people.queries import people_matching
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid

SHOWN = 6


def found_person(text: str, *, field: str, actor: Actor) -> str:
    """Return the code of the one person whom a text means; empty for an empty text.

    Args:
        text: a name or a part of it, a mail address or a code.
        field: of the form, at which a refusal stands.
        actor: who asks; only people they may see are found.

    Raises:
        NotAllowed: the actor may see no people at all.
        Invalid: nobody is found, or several.
    """
    typed = text.strip()
    if not typed:
        return ""
    rows = people_matching(typed, actor=actor, limit=SHOWN)
    wanted = typed.casefold()
    exact = [
        row
        for row in rows
        if wanted in (row.code.casefold(), row.name.casefold(), row.email.casefold())
    ]
    chosen = exact if len(exact) == 1 else rows
    if not chosen:
        raise Invalid({field: [_("Nobody was found for “%(text)s”.") % {"text": typed}]})
    if len(chosen) > 1:
        names = ", ".join(f"{row.name} ({row.code})" for row in chosen)
        sentence = _("Several people were found: %(names)s. Write more of the name, or the code.")
        raise Invalid({field: [sentence % {"names": names}]})
    return chosen[0].code
