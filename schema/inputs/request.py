"""What every input of a mutation has."""

IDEMPOTENCY_KEY = (
    "Up to 128 characters, unique per logical request; a repeat within 24 h returns the first"
    " result."
)
"""The description of `idempotencyKey`."""
