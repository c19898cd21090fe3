"""Which family of browser and system a device belongs to, in closed words, so that no device is singled out."""

from django.utils.translation import gettext as _

from accounts.vocabulary import Browser, System

# In this order: later browsers carry the names of earlier ones in what they send.
BROWSERS = (
    ("Edg", Browser.EDGE),
    ("OPR/", Browser.OPERA),
    ("SamsungBrowser/", Browser.SAMSUNG),
    ("Firefox/", Browser.FIREFOX),
    ("FxiOS/", Browser.FIREFOX),
    ("Chrome/", Browser.CHROME),
    ("CriOS/", Browser.CHROME),
    ("Safari/", Browser.SAFARI),
)
SYSTEMS = (
    ("iPhone", System.IPHONE),
    ("iPad", System.IPAD),
    ("Android", System.ANDROID),
    ("Windows", System.WINDOWS),
    ("CrOS", System.CHROME_OS),
    ("Mac OS X", System.MAC),
    ("Linux", System.LINUX),
)


def family(user_agent: str) -> tuple[Browser | None, System | None]:
    """The families of browser and system, whatever was sent; None for what we do not know."""
    browser = next((family for mark, family in BROWSERS if mark in user_agent), None)
    system = next((family for mark, family in SYSTEMS if mark in user_agent), None)
    return browser, system


def in_words(browser: str | None, system: str | None) -> str:
    """The two families in words that a person knows: "Firefox on Windows"; what is not known is said so."""
    names = [str(words(known).label) for words, known in ((Browser, browser), (System, system)) if known]
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": names[0], "system": names[1]}
    return names[0] if names else _("A browser we do not know")
