"""Timshel: one service management system for a whole organisation."""
