"""The door for mail: how it arrives and is read, and how it leaves."""
