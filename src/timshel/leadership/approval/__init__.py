"""Approvals (clause 5.3): who is asked, who decided, and who stands in for whom."""
