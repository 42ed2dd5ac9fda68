"""Inputs of mutations, one family a file."""
