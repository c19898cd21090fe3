"""Sections of the workspace beside the plan: each is a template and what it shows, in one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from rights_requests.desk import (
    acts_parting,
    answering,
    children,
    clock,
    correcting,
    identity,
    previewing,
    recipients,
    routing,
)
from rights_requests.desk.act import Staff
from rights_requests.desk.files import files
from rights_requests.models import RightsRequest

# What a panel shows, or None when it has nothing to say about this request.
Content = Callable[[RightsRequest, Staff], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """One section: its template under admin/rights_requests/rightsrequest/panels/ and its content there as `panel`."""

    template: str
    content: Mapping[str, Any]
    beside: bool = False

    @property
    def name(self) -> str:
        """The id of its heading, and the name of its template."""
        return PurePosixPath(self.template).stem


PANELS: tuple[tuple[str, Content], ...] = (
    ("child.html", children.panel),
    ("clock.html", clock.panel),
    ("identity.html", identity.panel),
    ("parts.html", acts_parting.panel),
    ("thread.html", answering.panel),
    ("corrections.html", correcting.panel),
    ("routing.html", routing.panel),
    ("preview.html", previewing.panel),
    ("files.html", files),
    ("recipients.html", recipients.panel),
)


# What stands beside the decision and not below it.
BESIDE = frozenset({"clock.html"})


def panels(request: RightsRequest, user: Staff) -> tuple[Panel, ...]:
    """The sections that have something to say about this request, in the order of the table; reads only."""
    found = ((template, content(request, user)) for template, content in PANELS)
    folder = "admin/rights_requests/rightsrequest/panels"
    return tuple(
        Panel(f"{folder}/{template}", content, template in BESIDE) for template, content in found if content is not None
    )
