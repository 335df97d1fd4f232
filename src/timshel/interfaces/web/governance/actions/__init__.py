"""The pages of planned actions."""
