"""Clause 7: what the management system lives on, communication first."""
