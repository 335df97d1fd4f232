"""Other parties in the services: suppliers outside the organisation (clause 8.2.3)."""
