"""Generated operations against the running product, by schemathesis in its own environment."""
