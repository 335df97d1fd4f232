"""Names of rights, and who may do what."""
