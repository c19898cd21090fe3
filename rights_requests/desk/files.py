"""The panel of files that go with a request: what is there, since when and how long; a look is an act of its own."""

from collections.abc import Mapping
from typing import Any

from rights_requests.desk.act import Staff
from rights_requests.models import RightsRequest


def files(request: RightsRequest, _user: Staff) -> Mapping[str, Any] | None:
    """The files that can still be opened, oldest first, and how many cannot any more; None where nobody sent any."""
    sent = list(request.evidence.all())
    there = [file for file in sent if file.destroyed_at is None]
    return {"files": there, "destroyed": len(sent) - len(there)} if sent else None
