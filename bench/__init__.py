"""Measurements of the running product beside the bare thing it is made of: `make bench`."""
