"""The pages of issues of the context."""
