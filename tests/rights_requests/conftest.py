"""What tests of requests may ask for by name."""

from tests.rights_requests.frozen import now_is

__all__ = ["now_is"]
