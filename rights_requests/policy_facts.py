"""What this app knows and the privacy policy says: who receives data for us, and the terms of the law at home."""

from collections.abc import Iterator

from privacy.policy.register import Processor, Register
from rights_requests.regimes import HOME
from rights_requests.selectors import receiving_now


def processors() -> Iterator[Processor]:
    """Whoever stands in the register of recipients and receives data now."""
    for recipient in receiving_now():
        yield Processor(recipient.name, recipient.what_for, recipient.country, recipient.slugs, recipient.safeguard)


def declare(register: Register) -> None:
    """Put both into the register that the policy reads; the terms are those of the country we are established in."""
    register.add_processors(processors)
    register.add_fact("answer_months", lambda: HOME.clock.answer.amount)
    register.add_fact("extension_months", lambda: HOME.clock.extension.amount if HOME.clock.extension else 0)
