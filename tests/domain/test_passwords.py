"""Passwords: how dear a guess is made."""

from argon2 import PasswordHasher, Type, extract_parameters


def test_a_hash_costs_what_rfc_9106_recommends_for_little_memory(
    real_hasher: PasswordHasher,
) -> None:
    made = extract_parameters(real_hasher.hash("long & easy"))

    assert made.type is Type.ID
    assert (made.time_cost, made.memory_cost, made.parallelism) == (3, 64 * 1024, 4)
    assert (made.salt_len, made.hash_len) == (16, 32)
