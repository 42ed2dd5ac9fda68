"""What clients may ask: fields, permissions, streams."""
