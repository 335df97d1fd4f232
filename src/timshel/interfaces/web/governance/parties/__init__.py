"""The pages of interested parties."""
