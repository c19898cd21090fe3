"""Embedded mode: a private PostgreSQL and Valkey, and the supervisor that keeps them and the site's processes alive."""
