"""Mail that leaves: by SMTP, into a folder, or onto the console."""
