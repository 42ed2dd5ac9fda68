"""The sign-in page, POST /sign-in, POST /sign-out, and the one-time token that `serve` prints."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain import clock
from domain.guessing import WINDOW_S
from domain.settings import Settings
from web.security import is_same_origin
from web.sign_in.authenticate import authenticate
from web.sign_in.credentials import Credentials, credentials, is_form
from web.sign_in.one_time import consume_one_time_token
from web.sign_in.page import sign_in_page
from web.sign_in.sessions import close_session, cookie_name, open_session
from web.sign_in.who import SignInRefused, user_of

Endpoint = Callable[[Request], Awaitable[Response]]


def sign_in(settings: Settings) -> Endpoint:
    """Credentials → the session's cookie: JSON is answered with 204 or {"message"}, a form with
    the dashboard or the page again.

    Takes {"name", "password"}, or {"token"}: a one-time, an API or the administrator's token.
    """

    async def answer(request: Request) -> Response:
        if not is_same_origin(request.headers):
            return JSONResponse({"message": "Sign in from our own page."}, status_code=403)
        given = await credentials(request)
        try:
            user_id = await user_of(given, _address(request), settings=settings, now=clock.now())
        except SignInRefused as refusal:
            return _refused(request, given, refusal, settings)
        done = _go_on(given.to, settings) if is_form(request) else Response(status_code=204)
        return await _signed_in(done, user_id, request, settings)

    return answer


def show_sign_in(settings: Settings) -> Endpoint:
    """GET /sign-in: the page; on to the dashboard for who is signed in."""

    async def answer(request: Request) -> Response:
        if await is_signed_in(request, settings):
            return _go_on("", settings)
        return sign_in_page(settings)

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
    response = _go_on("", settings)
    return await _signed_in(response, user_id, request, settings) if user_id else response


async def is_signed_in(request: Request, settings: Settings) -> bool:
    """Whether the browser has a session."""
    cookie = request.cookies.get(cookie_name(settings))
    return await authenticate(None, cookie, settings=settings, now=clock.now()) is not None


def _go_on(query: str, settings: Settings) -> Response:
    """To the dashboard, and nowhere else, whatever the query says."""
    page = f"{settings.base_path}/?{query}" if query else f"{settings.base_path}/"
    response = RedirectResponse(page, status_code=303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(
    request: Request, given: Credentials, refusal: SignInRefused, settings: Settings
) -> Response:
    if is_form(request):
        response: Response = sign_in_page(
            settings,
            to=given.to,
            name=given.name,
            problem=refusal.message,
            status=refusal.status,
        )
    else:
        response = JSONResponse({"message": refusal.message}, status_code=refusal.status)
    if refusal.status == 429:
        response.headers["Retry-After"] = str(WINDOW_S)
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


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
