"""The mail behind what was said: in conversations of the desk and the portal, and as it came."""
