"""Which media type answers a GraphQL request (GraphQL over HTTP, "Accept" and RFC 9110, 12.5.1)."""

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
MULTIPART = "multipart/mixed"
"""Apollo's subscriptions over HTTP; only with `subscriptionSpec=1.0`."""
_AS_JSON = frozenset({JSON, "application/*", "*/*"})
_BOUNDARIES = ("", "graphql")


def negotiate(accept: str | None) -> str | None:
    """The best type for one answer; JSON for clients that say nothing; None for no match.

    A client that takes events alone gets its answer as the only event of a stream.
    """
    if not accept:
        return JSON
    for media_type, _ in _by_preference(accept):
        if media_type in (RESPONSE, EVENTS):
            return media_type
        if media_type in _AS_JSON:
            return JSON
    return None


def negotiate_stream(accept: str | None) -> str | None:
    """The best type for many answers, wherever the client names it; None if it takes none.

    Events must be asked for by name: whoever takes anything does not expect an endless answer.
    """
    for media_type, parameters in _by_preference(accept or ""):
        if media_type == EVENTS:
            return EVENTS
        if media_type == MULTIPART and _is_for_subscriptions(parameters):
            return MULTIPART
    return None


Range = tuple[str, dict[str, str]]
"""A media range and its parameters, in lower case."""


def _by_preference(accept: str) -> list[Range]:
    ranges = [_range(part) for part in accept.split(",")]
    taken = [found for found in ranges if _quality(found) > 0]
    return sorted(taken, key=lambda found: -_quality(found))


def _range(part: str) -> Range:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    pairs = (piece.partition("=") for piece in parameters)
    return name, {key.strip(): value.strip("'\" ") for key, _, value in pairs}


def _quality(found: Range) -> float:
    try:
        return float(found[1].get("q", "1"))
    except ValueError:
        return 0.0


def _is_for_subscriptions(parameters: dict[str, str]) -> bool:
    version = parameters.get("subscriptionspec", "")
    return version.startswith("1.0") and parameters.get("boundary", "") in _BOUNDARIES
