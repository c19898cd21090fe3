"""Legal holds, disclosures, breaches and unusual reading in the scene, and how officers open them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.journeys.cast import Cast
from tests.journeys.walker import Walker
from tests.stack import RunningStack

HOLDS, DISCLOSURES, BREACHES = (f"/admin/privacy/{name}/" for name in ("legalhold", "disclosure", "breach"))
MESSAGES, PROFILE = "visitors-contactmessage", "accounts-profile"
LAW = {"power": "Code de procédure pénale, art. 60-1", "reference": "PV 2027/118"}
SECRET = "Art. 11 of the same code: the inquiry is secret."
# A day that is over and was closed, on which the agent read far more than on others.
MUCH_READ = """
INSERT INTO privacy_readingday
    (staff_id, day, looks, people, lists, in_an_hour, outside, needless, near, usual, reasons, flags, verdict)
SELECT id, current_date - 2, 90, 61, 4, 40, 3, 12, 0, 8, '{"requests": 90}', '["many", "unusual", "outside"]', ''
FROM accounts_user WHERE email = 'agent@occicor.example'
ON CONFLICT DO NOTHING
"""


def days(count: int) -> str:
    """So many days from today, as a browser sends it."""
    return (datetime.now(ZoneInfo("Europe/Paris")).date() + timedelta(days=count)).isoformat()


def moment(hours: int) -> str:
    """A moment of yesterday or before, as a browser sends it."""
    return f"{days(-1 - hours // 24)}T10:00"


def hold(officer: Walker, address: str) -> None:
    """Hold the messages of a person; the deputy looks at it again."""
    officer.goes(f"{HOLDS}add/")
    officer.fills(address=address, text="The action of 2 March.", review_on=days(90))
    officer.main.locator(f"[name=slugs][value={MESSAGES}]").check()
    officer.main.locator("[name=reviewer]").select_option(label="deputy@occicor.example")
    officer.presses("Open a legal hold")
    officer.sees("The hold is in force.")


def record_disclosure(officer: Walker, address: str, to: str, secret_days: int = 0) -> str:
    """Record that a person's profile went to the police, kept secret for so many days; the address of its page."""
    officer.goes(f"{DISCLOSURES}add/")
    officer.fills(to_name=to, addresses=address, happened_at=moment(0), why="An inquiry into a theft.", **LAW)
    officer.chooses("to_kind", "police")
    officer.main.locator(f"[name=slugs][value={PROFILE}]").check()
    if secret_days:
        officer.fills(withheld_until=days(secret_days), withheld_reason=SECRET)
    officer.presses("Record a disclosure")
    officer.sees("A second person must confirm it.")
    return officer.page.url


def does(officer: Walker, name: str, button: str, **answers: str) -> None:
    """Unfold an act on the page of a case, fill it in, and press its button."""
    officer.main.locator(f"#{name} > summary").click()
    form = officer.main.locator(f"#{name}")
    for field, answer in answers.items():
        form.locator(f"[name={field}]").fill(answer)
    form.get_by_role("button", name=button, exact=True).click()


def confirms_disclosure(officer: Walker, page: str) -> None:
    """Confirm as the second person what another officer recorded."""
    officer.goes(page)
    does(officer, "confirm", "Confirm the disclosure")


def record_breach(officer: Walker, title: str = "A key was lost") -> str:
    """Record a breach with a letter to those concerned; the address of its page."""
    officer.goes(f"{BREACHES}add/")
    officer.fills(title=title, nature_text="A key to the store of messages.", discovered_at=moment(0))
    officer.main.locator("[name=natures][value=confidentiality]").check()
    officer.main.locator(f"[name=slugs][value={MESSAGES}]").check()
    officer.presses("Record a breach")
    officer.sees("The clock runs.")
    words = {
        "what_en": "A key was lost.",
        "consequences_en": "Somebody may write to you.",
        "measures_en": "We locked it.",
    }
    does(officer, "letter", "Keep the letter", **words)
    officer.sees("The letter is kept.")
    return officer.page.url


def open_cases(cast: Cast, officer: Walker, address: str, told: str) -> None:
    """One of each, about whoever has this address; another was `told` to whom their data went."""
    hold(officer, address)
    page = record_disclosure(officer, told, "Cabinet Verrier")
    with cast.visit_as("deputy") as deputy:
        confirms_disclosure(deputy, page)
        deputy.sees("It stands in the register.")
    record_disclosure(officer, address, "Police judiciaire", secret_days=30)
    record_breach(officer)
    _was_read_much(cast.stack)


def _was_read_much(stack: RunningStack) -> None:
    connection = stack.database()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(MUCH_READ)
    finally:
        connection.close()
