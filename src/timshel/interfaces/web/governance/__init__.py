"""Governance: what was promised and how it was kept, for those who answer for it."""
