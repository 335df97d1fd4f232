"""Controlled documents: versions, approval, distribution, withdrawal (clause 7.5)."""
