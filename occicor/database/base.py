"""Whether a connection that waited is still good is told by its socket, not by a question to the server (ADR 0073)."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with a cheaper look at a connection that is used again."""

    def is_usable(self) -> bool:
        """Whether the connection holds: nothing came while nobody asked, or else the server answers a question.

        A server that ends a connection says so, and the kernel of one that dies closes it: either can be read.
        """
        ours = self.connection
        if ours is not None and not ours.closed and not _has_come(ours.fileno()):
            return True
        return bool(super().is_usable())


def _has_come(descriptor: int) -> bool:
    """Whether there is something to read, the end of the connection included."""
    socket = select.poll()
    socket.register(descriptor, select.POLLIN | select.POLLPRI)
    return bool(socket.poll(0))
