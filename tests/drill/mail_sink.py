"""Stands for the mail server of the page: takes every message at port 25 of this machine and throws it away."""

import socketserver


class Session(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs that sends."""

    def handle(self) -> None:
        """Answer each line until the client goes."""
        self.wfile.write(b"220 sink\r\n")
        for raw in self.rfile:
            word = raw[:4].upper().strip()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in {b".\r\n", b""}:
                    pass
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


class Server(socketserver.ThreadingTCPServer):
    """One thread for each client."""

    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    Server(("127.0.0.1", 25), Session).serve_forever()
