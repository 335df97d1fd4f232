"""The pages of internal audits."""
