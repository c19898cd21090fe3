"""The history of this app's tables, written by makemigrations."""
