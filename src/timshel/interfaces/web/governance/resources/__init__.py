"""Pages: what the services need and have: people, technique, information and money."""
