"""Events sent to other systems: signed, retried for days, never more than the owner may see."""
