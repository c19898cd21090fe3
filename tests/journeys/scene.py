"""A site in which something happened: requests in every state, so that every page has something to show."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from tests.journeys.cast import Cast
from tests.journeys.scene_of_cards import CardsScene, share_cards
from tests.journeys.scene_of_cases import open_cases
from tests.journeys.scene_of_choices import ChoicesScene, choose
from tests.journeys.scene_of_readers import subscribe, was_read
from tests.journeys.scene_of_rights import RightsScene, act_out
from tests.journeys.walker import QUEUE, Walker

REFUSAL = "You had the same copy on Monday. Nothing has changed since then."
# A file with the right form that nobody of us signed.
FOREIGN = '{"receipt": {"reference": "OC-0000-0000"}, "signature": {"key_id": "0000000000000000", "signature": ""}}'


@dataclass(frozen=True)
class Scene:
    """References of requests by what became of them, and the documents that the last one left."""

    opened: str
    refused: str
    withdrawn: str
    ready: str
    prepared: str
    erased: str
    corrected: str
    follow_opened: str
    follow_refused: str
    follow_erased: str
    receipt: Path
    altered: Path
    foreign: Path
    contact_sent: str
    newsletter_confirm: str
    newsletter_end: str
    newsletter_choices: str
    rights: RightsScene
    choices: ChoicesScene
    cards: CardsScene


def _writes_to_us(walker: Walker) -> str:
    """Send a message from the contact page; the address of its confirmation."""
    walker.goes("/contact/")
    walker.chooses("topic", "product")
    walker.fills(text="Does it read <b>Arabic</b> labels?\nSam", email="sam@example.org", name="Sam")
    walker.presses("Send your message")
    walker.is_at("We have your message")
    return urlsplit(walker.page.url).path


def _policy_changes(cast: Cast) -> None:
    """A second version of the policy, as another contact address would make it; no letter goes out. Pages were read."""
    told = [f"--changed-{language}=Another address to write to." for language in ("en", "fr", "ar")]
    cast.stack.manage("publish_policy", "--minor", *told, DEFAULT_FROM_EMAIL="Occicor <data@occicor.example>")
    was_read(cast.stack)


def _follow_link(walker: Walker) -> str:
    href = walker.main.locator("a[href*='/requests/follow/']").first.get_attribute("href") or ""
    found = re.search(r"/requests/follow/.*", href)
    assert found is not None
    return found.group()


def set_scene(cast: Cast, folder: Path) -> Iterator[Scene]:
    """Act it out in the browser; afterwards withdraw what is open."""
    visit, visit_as = cast.visit, cast.visit_as
    rights = act_out(cast)
    _policy_changes(cast)
    with ExitStack() as stage:
        agent, subject, other, owner = (
            stage.enter_context(visit_as(role)) for role in ("agent", "subject", "other_subject", "administrator")
        )
        person = stage.enter_context(visit())
        contact_sent, subscribed = _writes_to_us(person), subscribe(person)
        person.signs_up(cast.new_email())
        erased, follow_erased = person.asks_for_erasure(), _follow_link(person)
        _recommend(agent, erased)
        with visit_as("officer") as officer, visit() as reader:
            officer.approves_erasure(erased)
            choices = choose(reader, officer)
            open_cases(cast, officer, owner.email, subject.email)
        ready, corrected = owner.asks_for_a_copy(), _corrects_with_a_proof(owner, folder)
        agent.approves(ready)
        refused, follow_refused = subject.asks_for_a_copy(), _follow_link(subject)
        agent.refuses(refused, "excessive", REFUSAL)
        withdrawn = _changes_their_mind(subject)
        opened, follow_opened = subject.asks_for_a_copy("Two lines:\nand <markup>."), _follow_link(subject)
        prepared = other.asks_for_erasure()
        _recommend(agent, prepared)
        owner.goes(f"/requests/{ready}/")
        owner.waits_for("Your copy is ready")
        yield Scene(
            *(opened, refused, withdrawn, ready, prepared, erased, corrected),
            *(follow_opened, follow_refused, follow_erased),
            *_documents(person, erased, follow_erased, folder),
            contact_sent,
            *subscribed,
            rights,
            choices,
            share_cards(subject, owner, cast.new_email()),
        )
        subject.withdraws(opened)
        owner.withdraws(corrected)
        other.withdraws(prepared)


def _changes_their_mind(person: Walker) -> str:
    """A request that is taken back; its reference."""
    withdrawn = person.asks_for_a_copy()
    person.withdraws(withdrawn)
    return withdrawn


def _corrects_with_a_proof(person: Walker, folder: Path) -> str:
    """A request for a correction, to which a file was added; its reference."""
    reference, paper = person.asks_for_a_correction("name", "Ida <Right>"), folder / "proof.png"
    Image.new("RGB", (120, 80), "white").save(paper)
    person.goes(f"/requests/{reference}/proof/")
    person.main.locator("[name=file]").set_input_files(paper)
    person.presses("Send the file")
    person.is_at("Correct my data")
    return reference


def _documents(person: Walker, reference: str, follow: str, folder: Path) -> tuple[Path, Path, Path]:
    """The receipt of the erasure, one that was altered, and one of somebody else."""
    person.goes(follow)
    person.waits_for("Your data is deleted")
    person.goes(follow)
    receipt = person.downloads(folder, "Save the signed receipt")
    altered, foreign = folder / "altered.json", folder / "foreign.json"
    altered.write_text(receipt.read_text(encoding="utf-8").replace(reference, "OC-0000-0000"), encoding="utf-8")
    foreign.write_text(FOREIGN, encoding="utf-8")
    return receipt, altered, foreign


def _recommend(agent: Walker, reference: str) -> None:
    agent.opens_in_queue(reference)
    agent.presses("Recommend the erasure")
    agent.sees("You recommended the erasure.")


def in_queue(walker: Walker, query: str) -> None:
    """Open the queue with a search or a view."""
    walker.goes(f"{QUEUE}?{query}")
