"""Payloads of mutations, one family a file."""
