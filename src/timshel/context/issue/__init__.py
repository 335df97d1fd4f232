"""Internal and external issues that matter to what the services are for (clause 4.1)."""
