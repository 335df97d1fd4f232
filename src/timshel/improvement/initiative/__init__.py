"""Improvements: suggested by anybody, assessed, authorised and measured (clause 10.2)."""
