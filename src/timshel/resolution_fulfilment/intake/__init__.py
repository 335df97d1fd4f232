"""What becomes of a mail that arrived: a case, a reply in one, or something a person looks at."""
