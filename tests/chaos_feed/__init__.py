"""Chaos for the live feed: writers, subscribers and faults, and a referee who believes none."""
