"""What ties the parts together: settings, addresses, the application for a web server."""
