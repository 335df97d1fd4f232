"""Clause 8.6.1: reports of guests, who have no account: by a link that somebody gave away."""
