"""Management reviews: what is put before top management, and what it decides (clause 9.3)."""
