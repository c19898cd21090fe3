"""Whether the address that the site should listen on is usable, found out before anything is started."""

import socket

from occicor.embedded.problem import Problem

HOST = "127.0.0.1"


def chosen_port(text: str) -> int:
    """The port that `text` (the variable PORT) names; raises Problem when it names none or the port is taken."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Problem(f"PORT must be a number from 1 to 65535, not {text!r}.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Problem(f"Port {port} is for administrators only: choose one above 1023, such as 8000.") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise Problem(
                f"Port {port} is taken by another program: choose another, as in PORT={other} make run."
            ) from None
    return port


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
