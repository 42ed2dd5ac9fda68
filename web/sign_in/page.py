"""The sign-in page: plain HTML that needs no script and loads nothing from elsewhere."""

import base64
import hashlib
from html import escape

from starlette.responses import HTMLResponse

from domain.settings import Settings

_STYLE = """
:root { color-scheme: light dark; --line: light-dark(#7d8894, #6b7886);
  --accent: light-dark(#1d5f9e, #7db8f0); --danger: light-dark(#b3261e, #ff8f85); }
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#f3f5f8, #0f1419); color: light-dark(#17212b, #e4e9ef);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { box-sizing: border-box; width: min(24rem, 100%); padding: 1.5rem; border-radius: 8px;
  background: light-dark(#ffffff, #192029); }
h1 { margin: 0 0 1rem; font-size: 1.25rem; }
label { display: block; margin-top: .75rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; min-height: 2.5rem; padding: .25rem .5rem;
  border: 1px solid var(--line); border-radius: 6px; font: inherit; color: inherit;
  background: transparent; }
button { width: 100%; min-height: 2.75rem; margin-top: 1rem; border: 0; border-radius: 6px;
  font: inherit; font-weight: 600; color: light-dark(#ffffff, #0f1419);
  background: var(--accent); cursor: pointer; }
details { margin-top: 1.5rem; }
summary { cursor: pointer; color: var(--accent); }
.problem { color: var(--danger); font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
SIGN_IN_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in to {instance}</title>
<link rel="icon" href="{base}/favicon.svg">
<style>{style}</style>
</head>
<body>
<main>
<h1>Sign in to {instance}</h1>
{problem}
<form method="post" action="{base}/sign-in">
<input type="hidden" name="to" value="{to}">
<label for="name">User name</label>
<input id="name" name="name" value="{name}" autocomplete="username" autocapitalize="none"
 spellcheck="false" maxlength="64" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
<details>
<summary>Use a sign-in token</summary>
<p>The server prints an address with a token when it starts. Open it, or paste the token here.</p>
<form method="post" action="{base}/sign-in">
<input type="hidden" name="to" value="{to}">
<label for="token">Sign-in token</label>
<input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required>
<button type="submit">Sign in with the token</button>
</form>
</details>
</main>
</body>
</html>
"""
_PROBLEM = '<p class="problem" role="alert">{message}</p>'


def sign_in_page(
    settings: Settings, *, to: str = "", name: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    """The page; `to` is the query of the dashboard's page to go on to, `problem` a sentence."""
    text = _PAGE.format(
        base=escape(settings.base_path),
        style=_STYLE,
        instance=escape(settings.instance_name),
        problem=_PROBLEM.format(message=escape(problem)) if problem else "",
        to=escape(to),
        name=escape(name),
    )
    headers = {"Content-Security-Policy": SIGN_IN_POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(text, status, headers)
