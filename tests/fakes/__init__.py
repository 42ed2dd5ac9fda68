"""Stand-ins that we wrote: small, and documented as carefully as the real thing."""
