"""Reads in what a mail server says whether an address does not exist: that is for good, whatever else may pass."""

import re
from smtplib import SMTPRecipientsRefused

# RFC 3463 and 7505: no such mailbox, host or syntax, moved away, takes no mail at all, closed. Not 5.7: a rule of
# theirs, often about us; not 5.2.2: a full mailbox; and no bare 550, which can mean any of them.
NO_SUCH = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
_STATUS = re.compile(r"\s*5\.([0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")


def no_such_address(status: str) -> bool:
    """Whether an answer that begins with a status, such as "5.1.1 unknown", says that there is no such address."""
    found = _STATUS.match(status)
    return found is not None and found[1] in NO_SUCH


def refused_for_good(error: BaseException) -> bool:
    """Whether a server did not take a message because none of its addresses exists."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    answers = [bytes(text).decode("ascii", "replace") for _code, text in error.recipients.values()]
    return bool(answers) and all(map(no_such_address, answers))
