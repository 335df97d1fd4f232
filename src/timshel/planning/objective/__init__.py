"""Objectives with a baseline, a target and the plan to reach it (clause 6.2)."""
