"""What the app holds about people who make requests; read by the data map."""

from rights_requests.personal_data import answers, desk, identity, packages, requests

__all__ = ["answers", "desk", "identity", "packages", "requests"]
