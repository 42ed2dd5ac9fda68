"""What clients see: GraphQL types, inputs, payloads and enums."""
