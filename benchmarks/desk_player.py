"""A member of staff at the desk, played: what they press, and how many clicks and pages that takes.

Every click is on something that stands on the page that was answered. By hand means: each request is opened from the
queue, taken, decided, and left.
"""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

QUEUE = "/admin/rights_requests/rightsrequest/"
# Choosing from a list is two clicks, one to open it; writing is one, into the field.
CHOOSE, WRITE = 2, 1


@dataclass
class Counted:
    """What the requests of one kind took together."""

    requests: int = 0
    clicks: int = 0
    pages: int = 0


@dataclass
class Desk:
    """A browser at the desk, by what a member of staff presses; counts for the kind of request in hand."""

    client: Any
    found: dict[str, Counted] = field(default_factory=lambda: defaultdict(Counted))
    kind: str = ""
    page: str = ""
    path: str = ""

    def opens(self, path: str) -> None:
        """Look at a page without a click, as at the start of the day."""
        self._take(self.client.get(path, follow=True), path)

    def follows(self, ending: str) -> None:
        """Click on the link that ends so; raises LookupError where the page has none."""
        links = [html.unescape(link) for link in re.findall(r'<a [^>]*?href="([^"#]*)', self.page)]
        link = next((link for link in links if link.split("?")[0].endswith(ending)), None)
        if link is None:
            raise LookupError(f"no link to {ending} on {self.path}")
        self._click()
        self.opens(link)

    def presses(self, address: str, **answers: str) -> None:
        """Send the form that goes to an address ending so, with what was filled in; unfolds it first where it must."""
        whole = re.search(rf'<form [^>]*action="([^"]*{re.escape(address)})"[^>]*>(.*?)</form>', self.page, re.DOTALL)
        if whole is None:
            raise LookupError(f"no form to {address} on {self.path}")
        name = address.rstrip("/").rpartition("/")[2]
        if re.search(rf'<details class="desk-act" id="{name}">', self.page):
            self._click()
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', whole[2]))
        for answer in answers:
            is_list = re.search(rf'<select [^>]*name="{answer}"', whole[2]) is not None
            self._click(CHOOSE if is_list else WRITE)
        self._click()
        self._take(self.client.post(html.unescape(whole[1]), {**hidden, **answers}, follow=True), whole[1])

    def has(self, address: str) -> bool:
        """Whether the page has a form to such an address."""
        return f'{address}"' in self.page

    def _click(self, times: int = 1) -> None:
        self.found[self.kind].clicks += times

    def _take(self, answer: Any, path: str) -> None:
        if answer.status_code != 200:
            raise LookupError(f"{path} answered {answer.status_code}")
        self.found[self.kind].pages += 1
        self.page, self.path = answer.content.decode(), answer.request["PATH_INFO"]


def approve(desk: Desk) -> None:
    """One press where nothing speaks against it."""
    desk.presses("/act/approve/")


def recommend(desk: Desk) -> None:
    """The first person of an erasure."""
    desk.presses("/act/prepare/")


def refuse(desk: Desk) -> None:
    """A reason of the law, and words for the person."""
    desk.presses("/act/refuse/", reason="excessive", text="You asked for the same last week, and got it.")


def answer_and_approve(desk: Desk) -> None:
    """The person wrote; they are answered, then the request is decided."""
    desk.presses("/act/write/", text="Thank you, we look for it too.")
    desk.presses("/act/approve/")


def correct(desk: Desk) -> None:
    """One correction, accepted and carried out."""
    if desk.has("/act/accept-all/"):
        desk.presses("/act/accept-all/")
        return
    name = re.search(r'name="(answer_[^"]+)"', desk.page)
    if name is None:
        raise LookupError("no correction to decide on")
    desk.presses("/act/decide-proposals/", **{name[1]: "accepted"})
    desk.presses("/act/approve/")


def resume(desk: Desk) -> None:
    """The cause is put right."""
    desk.presses("/act/resume/")


@dataclass(frozen=True)
class Kind:
    """So many requests of one kind: how one comes to be, and how it is worked on."""

    name: str
    count: int
    make: Callable[[Any], Any]
    work: Callable[[Desk], None]
    takes: bool = True


def table(found: dict[str, Counted]) -> Iterator[str]:
    """A table of Markdown: for each kind and in all, clicks and pages a request."""
    yield "| requests | how many | clicks each | pages each |"
    yield "|---|---|---|---|"
    whole = Counted()
    for name, counted in found.items():
        for part in ("requests", "clicks", "pages"):
            setattr(whole, part, getattr(whole, part) + getattr(counted, part))
        yield _row(name, counted)
    yield _row("all", whole)


def _row(name: str, counted: Counted) -> str:
    many = max(counted.requests, 1)
    return f"| {name} | {counted.requests} | {counted.clicks / many:.1f} | {counted.pages / many:.1f} |"
