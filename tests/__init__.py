"""Tests of the whole project, on real PostgreSQL, Valkey and Chromium."""
