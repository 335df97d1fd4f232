"""Internal audits: programme, impartial auditors, findings, reports (clause 9.2)."""
