"""Pages: what each process is for, what goes in and what comes out."""
