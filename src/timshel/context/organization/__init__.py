"""Clause 4: units, sites, teams and customers."""
