"""What the management system covers, in versions that are approved (clause 4.3)."""
