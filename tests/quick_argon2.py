"""Argon2 with the least work that it allows: the same format as in production, without its cost in every test."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id at minimal cost."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
