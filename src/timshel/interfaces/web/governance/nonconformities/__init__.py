"""The pages of nonconformities."""
