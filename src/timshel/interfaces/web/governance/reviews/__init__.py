"""The pages of management reviews."""
