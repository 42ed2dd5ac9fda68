"""Who is asking: passwords, API tokens, browser sessions, one-time tokens."""

from web.sign_in.authenticate import authenticate
from web.sign_in.one_time import consume_one_time_token, make_one_time_token
from web.sign_in.sessions import close_session, cookie_name, open_session

__all__ = [
    "authenticate",
    "close_session",
    "consume_one_time_token",
    "cookie_name",
    "make_one_time_token",
    "open_session",
]
