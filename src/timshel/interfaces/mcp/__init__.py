"""The door for assistants: the Model Context Protocol, with the rights of whoever they act for."""
