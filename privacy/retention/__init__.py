"""Retention: what the data map says is over is deleted each night, by itself, on record (promise P3.1)."""
