"""Skills, certificates and the paths of roles to them (clause 7.2)."""
