"""Clause 5.3: roles, responsibilities and authorities, and the accounts that carry them."""
