"""POST /sign-in, POST /sign-out, and the one-time token in the URL that `serve` prints."""

import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain import clock
from domain.settings import Settings
from web.security import is_same_origin
from web.sign_in.authenticate import authenticate
from web.sign_in.one_time import consume_one_time_token
from web.sign_in.sessions import close_session, cookie_name, open_session

Endpoint = Callable[[Request], Awaitable[Response]]
MAX_BODY = 4096
_REFUSED = "This token is not valid, or was used before. Ask for a new address to open."


def sign_in(settings: Settings) -> Endpoint:
    """JSON {"token": …} → 204 and the session's cookie; 401 {"message"} if it is not good.

    Takes a one-time token, an API token or the administrator's token.
    """

    async def answer(request: Request) -> Response:
        if not is_same_origin(request.headers):
            return JSONResponse({"message": "Sign in from our own page."}, status_code=403)
        user_id = await _user_of(await _token(request), settings)
        if user_id is None:
            return JSONResponse({"message": _REFUSED}, status_code=401)
        return await _signed_in(Response(status_code=204), user_id, request, settings)

    return answer


def sign_out(settings: Settings) -> Endpoint:
    """Ends the session of the cookie; 204 whatever there was."""

    async def answer(request: Request) -> Response:
        if not is_same_origin(request.headers):
            return JSONResponse({"message": "Sign out from our own page."}, status_code=403)
        secret = request.cookies.get(cookie_name(settings))
        if secret:
            await close_session(secret)
        response = Response(status_code=204)
        response.delete_cookie(cookie_name(settings), path=settings.base_path + "/")
        return response

    return answer


async def enter_with_token(request: Request, settings: Settings) -> Response:
    """GET /?token=…: sign in once, and go on to the page without the token in its address."""
    secret = request.query_params.get("token", "")
    user_id = await consume_one_time_token(secret, now=clock.now())
    response = RedirectResponse(settings.base_path + "/", status_code=303)
    response.headers["Cache-Control"] = "no-store"
    return await _signed_in(response, user_id, request, settings) if user_id else response


async def _signed_in(
    response: Response, user_id: str, request: Request, settings: Settings
) -> Response:
    secret = await open_session(user_id, settings=settings, now=clock.now())
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=int(settings.session_ttl_s),
        path=settings.base_path + "/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def _token(request: Request) -> str:
    body = b""
    async for block in request.stream():
        body += block
        if len(body) > MAX_BODY:
            return ""
    try:
        return str(json.loads(body)["token"])
    except (ValueError, KeyError, TypeError):
        return ""


async def _user_of(secret: str, settings: Settings) -> str | None:
    now = clock.now()
    user_id = await consume_one_time_token(secret, now=now)
    if user_id is not None:
        return user_id
    viewer = await authenticate(f"Bearer {secret}", None, settings=settings, now=now)
    return viewer.user_id if viewer else None
