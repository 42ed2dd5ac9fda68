"""What schemathesis has to know of our scalars, and what no answer may say.

Run by schemathesis in its own environment: see `tests/fuzz/__main__.py`.
"""

import os

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

PROJECT = os.environ["LANEKEEPER_FUZZ_PROJECT"]
UNMASKED = ("Traceback", "Error(", "site-packages", "pymongo", "beanie")
"""Words of a fault that should have been told to the log alone."""

_numbers = st.integers(1, 12)
_texts = {
    "ProjectUid": st.one_of(st.just(PROJECT), _numbers.map("P{}".format)),
    "WorkspaceUid": _numbers.map("W{}".format),
    "JobUid": _numbers.map("J{}".format),
    "Cursor": st.text("abcdefgh0123456789=-_", max_size=40),
    "DateTime": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
}
for _name, _strategy in _texts.items():
    schemathesis.graphql.scalar(_name, _strategy.map(nodes.String))
schemathesis.graphql.scalar("BigInt", st.integers(0, 2**40).map(nodes.Int))
schemathesis.graphql.scalar(
    "JSON",
    st.one_of(
        st.just(nodes.Object(fields=[])),
        st.integers(-9, 9).map(nodes.Int),
        st.text("abc", max_size=4).map(nodes.String),
    ),
)


@schemathesis.check
def is_masked(_context: object, response: schemathesis.Response, _case: object) -> None:
    """No top-level error of an unknown kind, none that tells of the inside, no server error."""
    assert response.status_code < 500, response.text
    for error in response.json().get("errors") or ():
        is_resolved = "path" in error  # else the document itself was refused
        code = (error.get("extensions") or {}).get("code")
        assert not is_resolved or code not in (None, "INTERNAL_ERROR"), error
        assert not any(word in error["message"] for word in UNMASKED), error
