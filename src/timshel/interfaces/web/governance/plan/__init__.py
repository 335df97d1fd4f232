"""The pages of the service management plan."""
