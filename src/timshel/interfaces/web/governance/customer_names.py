"""What customers are called where records keep nothing but their codes."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.relationship_agreement.service_level.queries.applicable import customer_list


def customer_names(*, actor: Actor) -> dict[str, str]:
    """Return the names of the active customers by code, in the order of their names; one query."""
    return {code: name for _key, code, name in customer_list(language=actor.language)}
