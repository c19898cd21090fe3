"""What the settings are read from: the environment with the files it names, read once, then what lies in VAR_DIR."""

import os
from pathlib import Path
from typing import ClassVar

import environ

from occicor.settings.secret_files import with_files

# What this process was given, and nothing else: production wants its secrets from here. In small letters, or Django
# would take it for a setting. Raises ImproperlyConfigured when it is imported and a file is not as it should be.
given = with_files(os.environ)
BASE_DIR = Path(__file__).resolve().parent.parent.parent


class Environment(environ.Env):
    """What `given` and the files of VAR_DIR say; nothing is written back to the environment of the process."""

    ENVIRON: ClassVar[dict[str, str]] = dict(given)


env = Environment()
# Where everything lies that is written at run time: data, packages, logs, and what occicor.embedded made.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
# Secrets, then the addresses of the services that run now; what the environment says already stands.
for _file in (VAR_DIR / ".env", VAR_DIR / "run" / "services.env"):
    if _file.exists():
        env.read_env(str(_file))
