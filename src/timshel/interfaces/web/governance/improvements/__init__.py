"""The pages of improvements."""
