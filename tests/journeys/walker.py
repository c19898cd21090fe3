"""A person at the browser: each method is one thing that people do on the site and sees where it leads."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from accounts.demo_phones import SECONDS, code
from tests.accounts.flows import BORN
from tests.stack import RunningStack, eventually

PASSWORD = "seven brown shelves at noon"
REFERENCE = re.compile(r"\bOC-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", re.MULTILINE)
QUEUE = "/admin/rights_requests/rightsrequest/"
# How long work that goes through mail queue, broker and worker may take on a busy machine.
WORK_SECONDS = 30


def plant(page: Page, body: str, headers: dict[str, str]) -> None:
    """Open a page that the site does not have, served by the test at an address of the site."""
    page.route("**/planted/", lambda route: route.fulfill(body=body, headers={**headers, "Content-Type": "text/html"}))
    page.goto("/planted/")


@dataclass
class Walker:
    """Somebody with a page of their own; `scripts` says whether their browser runs JavaScript."""

    page: Page
    stack: RunningStack
    email: str = ""
    password: str = PASSWORD
    scripts: bool = True
    # Called once the session has another key: whoever shares it in another window needs it too.
    renewed: Callable[[], None] = lambda: None

    @property
    def main(self) -> Locator:
        """The content of the page, without header and footer."""
        return self.page.locator("main")

    @property
    def text(self) -> str:
        """What the page says, as it is shown."""
        return self.main.inner_text()

    def goes(self, path: str) -> int:
        """Open an address; the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def opens(self, path: str) -> int:
        """Open an address, giving the password once more when that is asked; the status of the answer."""
        status = self.goes(path)
        if "/reauthenticate/" in self.page.url:
            self.shows_again_who_it_is()
            status = self.goes(path)
        return status

    def is_at(self, heading: str | re.Pattern[str]) -> None:
        """See that the page is the one with this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """See that the page says this."""
        expect(self.main).to_contain_text(text)

    def presses(self, name: str) -> None:
        """Press the button of this name."""
        self.main.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        """Follow the link of this name."""
        self.main.get_by_role("link", name=name, exact=True).click()

    def fills(self, **answers: str) -> None:
        """Type into the fields that can be seen, by their names; folded forms may have some of the same name."""
        for name, answer in answers.items():
            self.main.locator(f"[name={name}]:visible").fill(answer)

    def ticks(self, label: str) -> None:
        """Tick the box of this label."""
        self.main.get_by_label(label, exact=True).check()

    def sends_a_list(self, content: bytes) -> None:
        """Choose a file with the people of a company, and have it read."""
        self.goes("/account/customer/import/")
        file = {"name": "personnel.csv", "mimeType": "text/csv", "buffer": content}
        self.main.locator("[name=file]").set_input_files(file)  # type: ignore[arg-type]
        self.presses("Read this file")

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.main.locator(f"[name={name}]:visible").input_value()

    def chooses(self, name: str, value: str) -> None:
        """Choose one of the answers to a question, whether it is a list or a set of buttons, once it is there."""
        field = self.main.locator(f"select[name={name}]:visible, [name={name}][value='{value}']")
        field.first.wait_for(state="attached")
        if self.main.locator(f"select[name={name}]:visible").count():
            self.main.locator(f"select[name={name}]:visible").select_option(value)
        else:
            self.main.locator(f"[name={name}][value={value}]").check()

    def choice(self, name: str) -> str:
        """The chosen answer to a question."""
        return self.main.locator(f"select[name={name}]:visible, [name={name}]:checked").input_value()

    @contextmanager
    def in_another_window(self) -> Iterator["Walker"]:
        """The same person in a second window of the same browser."""
        other = replace(self, page=self.page.context.new_page())
        try:
            yield other
        finally:
            other.page.wait_for_load_state()
            other.page.close()

    def letter(self, subject: str, *, count: int = 1) -> str:
        """The newest message to this person under such a subject, with it, in its words; waits until there are `count`.

        It is the file from which the outbox page is made: to show it in a window takes a second of the processor.
        """
        found = self.stack.wait_for_mail(self.email, about=subject, count=count, seconds=WORK_SECONDS)
        words = found.get_body(preferencelist=("plain",))
        assert words is not None, found
        return f"{found['Subject']}\n{words.get_content()}"

    def code(self, subject: str = "Your code") -> str:
        """The code in the newest such message: a further one for each time that it was asked for."""
        self.stack.codes_read[self.email, subject] += 1
        letter = self.letter(subject, count=self.stack.codes_read[self.email, subject])
        found = CODE.search(letter)
        assert found is not None, letter
        return found.group()

    def reads_at_the_outbox(self, subject: str) -> str:
        """The same read at the outbox page, in another window."""
        self.letter(subject)
        with self.in_another_window() as window:
            window.goes("/outbox/")
            rows = window.page.locator("tr").filter(has_text=self.email).filter(has_text=subject)
            rows.first.get_by_role("link").click()
            expect(window.page.get_by_role("heading", level=1)).to_contain_text(subject)
            return window.text

    def signs_up(self, email: str) -> None:
        """Make an account with the code from the message."""
        self.email = email
        self.goes("/account/signup/")
        self.fills(**BORN, email=email, password1=self.password)
        self.presses("Create my account")
        self.is_at("Enter the code from our message")
        self.fills(code=self.code())
        self.presses("Confirm my address")
        self.is_at("Your requests")

    def signs_in(self, to: str = "/requests/") -> None:
        """Sign in and arrive at an address."""
        self.goes(f"/account/login/?next={to}")
        self.fills(login=self.email, password=self.password)
        self.presses("Sign in")
        self.shows_second_step()
        self.page.wait_for_url(f"**{to}")

    def says_why(self) -> None:
        """As staff: say once what this visit is for; every session of theirs begins with it."""
        self.goes("/admin/looking/")
        self.main.get_by_label("to answer requests about personal data").check()
        self.presses("Go on")

    def shows_second_step(self) -> None:
        """Enter what the phone of this demonstration account shows, if it has one; no code opens twice."""
        key = {account.email: account.second_step for account in self.stack.accounts.values()}.get(self.email)
        if not key:
            return
        self.is_at("Second step")
        now = time.time()
        fresh = next(
            found for ahead in (0, 1, -1) if (found := code(key, now + ahead * SECONDS)) not in self.stack.codes_used
        )
        self.stack.codes_used.add(fresh)
        self.fills(code=fresh)
        self.presses("Sign in")

    def shows_again_who_it_is(self) -> None:
        """Give the password once more, as asked before what cannot be undone or carries all the data."""
        self.is_at("Is it still you?")
        self.fills(password=self.password)
        with self.page.expect_navigation(wait_until="commit"):
            self.presses("Continue")
        self.renewed()

    @contextmanager
    def showing_who_it_is(self) -> Iterator[None]:
        """Go on to another page, by way of the password where it was not given a moment ago."""
        with self.page.expect_navigation(wait_until="commit"):
            yield
        if "/reauthenticate/" in self.page.url:
            self.shows_again_who_it_is()

    def asks_for_a_copy(self, message: str = "") -> str:
        """File a request for a copy, question by question; the reference from the confirmation."""
        self.goes("/requests/new/")
        self.follows("Get a copy of my data")
        self.fills(message=message)
        self.presses("Continue")
        self.is_at("Check your request before you send it")
        self.presses("Send your request")
        return self.reference()

    def asks_for_erasure(self) -> str:
        """File a request for erasure from the start page on; the reference from the confirmation."""
        self.goes("/requests/new/")
        self.follows("See what would be deleted")
        self.is_at("What would go and what would stay")
        self.ticks("Begin as soon as it is checked. I do not need time to change my mind.")
        self.presses("Continue")
        self.is_at("Check before you ask us to delete your data")
        with self.showing_who_it_is():
            self.presses("Delete my data")
        return self.reference()

    def asks_for_a_correction(self, field: str, right: str) -> str:
        """File a request to have the first value of this name corrected; the reference from the confirmation."""
        self.corrects(field, right)
        self.presses("Send your corrections")
        return self.reference()

    def corrects(self, field: str, right: str) -> None:
        """Say what is right and go on to check it."""
        self.goes("/requests/new/rectification/")
        self.main.locator(f"[name$=':{field}']").first.fill(right)
        self.presses("Continue")
        self.is_at("Check your corrections before you send them")

    def reference(self) -> str:
        """The reference on the confirmation page."""
        self.is_at("We have your request")
        found = REFERENCE.search(self.text)
        assert found is not None
        return found.group()

    def withdraws(self, reference: str) -> None:
        """Take a request back."""
        self.goes(f"/requests/{reference}/")
        self.follows("Withdraw this request")
        self.is_at("Withdraw your request?")
        self.presses("Withdraw your request")
        self.sees("Your request is withdrawn")

    def waits_for(self, heading: str) -> None:
        """Wait on the page of a request: it renews itself with scripts, by “Look again” without."""
        found = self.main.get_by_role("heading", name=heading, exact=True)
        if self.scripts:
            expect(found).to_be_visible(timeout=WORK_SECONDS * 1000)
            return

        def shown() -> bool:
            if not found.count():
                self.main.get_by_role("link", name="Look again").click()
            return found.count() > 0

        assert eventually(shown, seconds=WORK_SECONDS), self.text

    def opens_in_queue(self, reference: str, view: str = "open") -> None:
        """As staff: find a request in a view of the queue and open its workspace."""
        self.goes(f"{QUEUE}?view={view}&q={reference}")
        self.page.get_by_role("link", name=reference, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(reference)

    def approves(self, reference: str) -> None:
        """As staff: approve a request for a copy."""
        self.opens_in_queue(reference)
        self.presses("Approve and start")
        self.sees("You approved the request.")

    def approves_erasure(self, reference: str) -> None:
        """As the second person of the staff: approve an erasure, giving the password once more when that is asked."""
        self.opens_in_queue(reference)
        with self.showing_who_it_is():
            self.presses("Approve the erasure")
        self.sees("You approved the request.")

    def refuses(self, reference: str, reason: str, text: str) -> None:
        """As staff: refuse a request with one of the law's reasons and words of one's own."""
        self.opens_in_queue(reference)
        self.main.locator("summary", has_text="Refuse the request").click()
        self.chooses("reason", reason)
        self.fills(text=text)
        self.presses("Refuse and tell the person")
        self.sees("You refused the request.")

    def downloads(self, folder: Path, button: str) -> Path:
        """Press a button or follow a link that hands out a file; where it lies now."""
        with self.page.expect_download() as waiting:
            self.main.get_by_text(button, exact=True).click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path
