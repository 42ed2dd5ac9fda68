"""What is wrong with a frame that a socket's client sends."""

from typing import Any


def fault_in(message: Any) -> str | None:
    """What is wrong with the form of a frame's JSON, for the close reason; None if nothing is."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "A message is an object with a type."
    if message["type"] not in ("subscribe", "complete", "start", "stop"):
        return None
    if not isinstance(message.get("id"), str) or not message["id"]:
        return "An operation has an id."
    if message["type"] in ("complete", "stop"):
        return None
    payload = message.get("payload")
    if not isinstance(payload, dict):
        return "An operation has a payload."
    kinds = {"query": str, "variables": dict, "operationName": str, "extensions": dict}
    wrong = [
        name
        for name, kind in kinds.items()
        if payload.get(name) is not None and not isinstance(payload[name], kind)
    ]
    if message["type"] == "start" and "query" not in payload:
        return "An operation has a query."
    return f"`{wrong[0]}` is of the wrong kind." if wrong else None
