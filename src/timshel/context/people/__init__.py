"""Clause 4: the people who ask, who help and who answer for it."""
