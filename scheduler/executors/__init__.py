"""One executor per kind of lane: they start, watch and stop attempts, and report what they saw."""
