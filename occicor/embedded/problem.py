"""The one kind of failure that embedded mode ends with: a sentence for the person at the terminal."""


class Problem(Exception):
    """Why the command cannot go on, and what to do about it, in plain words; shown without a traceback."""
