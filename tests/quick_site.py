"""`make run` with passwords that cost nothing: for the site where people of the tests sign in all the time."""

import sys

from occicor.embedded import __main__ as embedded
from occicor.embedded import run

SETTINGS = "tests.quick_settings"

if __name__ == "__main__":
    run.SETTINGS = SETTINGS
    sys.exit(embedded.main(["run"]))
