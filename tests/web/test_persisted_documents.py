"""Texts by their hash: what is remembered, and what is refused."""

import hashlib
from pathlib import Path

import pytest

from web.persisted_documents import (
    LONGEST_TEXT,
    MOST_TEXTS,
    DocumentRefused,
    PersistedDocuments,
    UnusableManifest,
    read_manifest,
)


def by_hash(text: str, version: int = 1) -> dict[str, object]:
    sha = hashlib.sha256(text.encode()).hexdigest()
    return {"persistedQuery": {"version": version, "sha256Hash": sha}}


def test_of_more_texts_than_have_room_the_oldest_is_forgotten() -> None:
    documents = PersistedDocuments()
    for number in range(MOST_TEXTS + 1):
        documents.text_of(f"{{ a{number} }}", by_hash(f"{{ a{number} }}"))

    assert documents.text_of(None, by_hash("{ a1 }")) == "{ a1 }"
    with pytest.raises(DocumentRefused, match="PersistedQueryNotFound"):
        documents.text_of(None, by_hash("{ a0 }"))


def test_a_very_long_text_is_run_but_not_remembered() -> None:
    documents = PersistedDocuments()
    text = "#" * (LONGEST_TEXT + 1)

    assert documents.text_of(text, by_hash(text)) == text
    with pytest.raises(DocumentRefused, match="PersistedQueryNotFound"):
        documents.text_of("", by_hash(text))


@pytest.mark.parametrize(
    "extensions",
    [by_hash("{ a }", version=2), {"persistedQuery": {"version": 1, "sha256Hash": 5}}],
)
def test_another_form_of_persisted_query_is_refused(extensions: dict[str, object]) -> None:
    with pytest.raises(DocumentRefused, match="Unknown form"):
        PersistedDocuments().text_of("{ a }", extensions)


@pytest.mark.parametrize("content", ["{", "[]", '{"a": 1}', None])
def test_a_file_that_is_no_manifest_is_refused_with_its_name(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "documents.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(UnusableManifest, match=r"documents\.json"):
        read_manifest(path)
