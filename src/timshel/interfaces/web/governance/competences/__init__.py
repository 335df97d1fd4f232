"""The pages of skills and certificates."""
