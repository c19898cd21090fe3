"""The staff's desk: the queue of requests and the workspace in which one request is decided."""
