from datetime import UTC, datetime, timedelta

import pytest

from domain.signing import (
    AddressExpired,
    SignatureInvalid,
    address_expiry,
    read_path,
    seal,
    sign,
    sign_path,
    unseal,
    verify,
)

KEY = b"k" * 32
NOW = datetime(2026, 5, 4, 13, 30, tzinfo=UTC)


def test_a_signature_fits_its_own_message_key_and_purpose_alone() -> None:
    signature = sign(b"message", KEY, purpose="file")

    assert verify(b"message", signature, KEY, purpose="file")
    assert not verify(b"Message", signature, KEY, purpose="file")
    assert not verify(b"message", signature, b"x" * 32, purpose="file")
    assert not verify(b"message", signature, KEY, purpose="cursor")


def test_a_sealed_message_comes_back_unchanged() -> None:
    message = bytes(range(256))

    assert unseal(seal(message, KEY, purpose="file"), KEY, purpose="file") == message


def test_every_single_changed_character_breaks_the_seal() -> None:
    sealed = seal(b"P3 and a path", KEY, purpose="file")

    for place, letter in enumerate(sealed):
        forged = sealed[:place] + ("A" if letter != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(SignatureInvalid):
            unseal(forged, KEY, purpose="file")


@pytest.mark.parametrize("text", ["", "A", "=", "AAAA", "ä", "a b", "A" * 22, "\x00" * 40])
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(SignatureInvalid):
        unseal(text, KEY, purpose="file")


def test_an_address_leads_to_the_file_it_was_made_for() -> None:
    token = sign_path("P3", "J42/micrographs/ä b.png", KEY, expires_at=address_expiry(NOW))

    assert read_path(token, KEY, now=NOW) == ("P3", "J42/micrographs/ä b.png")


def test_an_address_ends_at_its_time_and_not_before() -> None:
    token = sign_path("P3", "J42/a.png", KEY, expires_at=NOW)

    assert read_path(token, KEY, now=NOW - timedelta(seconds=1)) == ("P3", "J42/a.png")
    with pytest.raises(AddressExpired):
        read_path(token, KEY, now=NOW)


def test_addresses_made_on_one_day_are_equal() -> None:
    morning = NOW.replace(hour=0, minute=0)
    evening = NOW.replace(hour=23, minute=59, second=59)

    first, last = (
        sign_path("P3", "a.png", KEY, expires_at=address_expiry(moment))
        for moment in (morning, evening)
    )

    assert first == last
    assert address_expiry(evening) - evening > timedelta(hours=24)


def test_a_cursor_is_not_an_address() -> None:
    token = seal(b"\xff" * 5 + b"P3\0a.png", KEY, purpose="cursor")

    with pytest.raises(SignatureInvalid):
        read_path(token, KEY, now=NOW)
