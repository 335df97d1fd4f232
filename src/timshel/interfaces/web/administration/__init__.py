"""The administration: what is set up and looked after, for those who may."""
