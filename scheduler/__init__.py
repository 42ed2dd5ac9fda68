"""What happens without a client: planning, launching, watching, long operations."""
