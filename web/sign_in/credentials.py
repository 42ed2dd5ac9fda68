"""What a sign-in carries: a token, or a user name and a password; as JSON or from a form."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request

MAX_BODY = 8192
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Credentials:
    """Empty where nothing was given; `to` is the query of the page that was asked for."""

    token: str = ""
    name: str = ""
    password: str = ""
    to: str = ""


def is_form(request: Request) -> bool:
    """Whether the request comes from our page, and not from a program."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower() == FORM


async def credentials(request: Request) -> Credentials:
    """The credentials in the body; empty ones if it is too large or not of the right shape."""
    body = b""
    async for block in request.stream():
        body += block
        if len(body) > MAX_BODY:
            return Credentials()
    try:
        fields = _form(body) if is_form(request) else _json(body)
    except ValueError:
        return Credentials()
    known = {name: text for name, text in fields.items() if name in Credentials.__annotations__}
    return Credentials(**known)


def _form(body: bytes) -> dict[str, str]:
    fields = parse_qs(body.decode(), errors="strict", max_num_fields=10)
    return {name: texts[0] for name, texts in fields.items()}


def _json(body: bytes) -> dict[str, str]:
    content = json.loads(body)
    if not isinstance(content, dict):
        return {}
    fields = {name: text for name, text in content.items() if isinstance(text, str)}
    for text in fields.values():
        text.encode()  # raises UnicodeEncodeError, a ValueError, for half of a pair
    return fields
