"""Lanes tried on real processes."""
