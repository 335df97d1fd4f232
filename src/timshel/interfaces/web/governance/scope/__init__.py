"""What the management system covers, for those who govern services."""
