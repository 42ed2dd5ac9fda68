"""Chaos on real processes: everything is killed and frozen at random; the jobs' own log judges."""
