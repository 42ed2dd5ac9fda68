"""Which media type answers a GraphQL request (GraphQL over HTTP, "Accept" and RFC 9110, 12.5.1)."""

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
_AS_JSON = frozenset({JSON, "application/*", "*/*"})


def negotiate(accept: str | None) -> str | None:
    """The best type that the client takes; JSON for clients that say nothing; None for no match."""
    if not accept:
        return JSON
    for media_type in _by_preference(accept):
        if media_type == RESPONSE:
            return RESPONSE
        if media_type in _AS_JSON:
            return JSON
    return None


def _by_preference(accept: str) -> list[str]:
    ranges = [_quality(part) for part in accept.split(",")]
    return [name for quality, name in sorted(ranges, key=lambda r: -r[0]) if quality > 0]


def _quality(part: str) -> tuple[float, str]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    values = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
    try:
        return (float(values[0]) if values else 1.0), name
    except ValueError:
        return 0.0, name
