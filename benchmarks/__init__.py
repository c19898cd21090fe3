"""Measures what the project promises about time and memory: each figure is a ratio or a count within one run."""
