"""The service charter: what is promised to whom, in plain words (clause 5.2)."""
