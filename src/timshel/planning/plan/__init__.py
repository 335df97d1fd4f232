"""The service management plan: what it must hold, bound to the records (clause 6.3)."""
