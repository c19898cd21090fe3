"""To whom a person's data really went beside the companies of the register: asked of whichever app knows, by name.

Art. 15(1)(c) GDPR: an answer to a request for access names the actual recipients (CJEU C-154/21).
"""

from collections.abc import Callable, Iterable

from privacy.data_map.subject import Subject
from privacy.package.manifest import NamedRecipient

Source = Callable[[Subject], Iterable[NamedRecipient]]
_sources: list[Source] = []


def told_by(source: Source) -> Source:
    """Register the decorated function: it names those to whom data of a person was shown, in the active language."""
    _sources.append(source)
    return source


def disclosed_to(subject: Subject) -> tuple[NamedRecipient, ...]:
    """Everybody to whom something of this person was shown, as far as the apps know; as many queries as sources."""
    return tuple(found for source in _sources for found in source(subject))
