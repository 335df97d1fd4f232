"""Risks and opportunities: analysed, treated, accepted and reviewed (clause 6.1)."""
