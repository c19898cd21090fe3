"""The mail server: whether it answers, lets us in, and would take a message; none is sent."""

import smtplib
import ssl
from collections.abc import Iterator

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from occicor.doctor.lines import Line, bad, good, look

LOCAL = ("localhost", "127.0.0.1", "::1")


def lines() -> Iterator[Line]:
    """Whether messages would leave, and nobody on the way could read the password."""
    server = EmailBackend(timeout=10)
    where = f"{server.host}:{server.port}"
    try:
        server.open()
        server.close()
    except smtplib.SMTPAuthenticationError:
        yield bad("mail server", f"{where} refuses user or password", "Put both right in EMAIL_URL.")
        return
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        todo = "See whether EMAIL_URL is right and the way there is open. Messages wait in the queue meanwhile."
        yield bad("mail server", f"{where} does not answer: {type(error).__name__}", todo)
        return
    encrypted = server.use_tls or server.use_ssl
    if not encrypted and server.host not in LOCAL:
        yield look("mail server", f"{where}, without encryption", "Write smtp+tls:// or smtp+ssl:// in EMAIL_URL.")
    else:
        yield good("mail server", f"{where} answers")
    if settings.DEFAULT_FROM_EMAIL.endswith("@occicor.example>"):
        yield look("sender", settings.DEFAULT_FROM_EMAIL, "Set DEFAULT_FROM_EMAIL: nobody can answer to this one.")
