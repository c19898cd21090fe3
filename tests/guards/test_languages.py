"""The gate over the catalogues finds what is missing, doubtful, wrong or left over, and what it writes is whole."""

import pytest

from privacy.data_map.plan import one_line
from privacy.data_map.registry import registry
from tests.guards import languages
from tests.guards.conftest import Planter

PO = "locale/fr/LC_MESSAGES/django.po"
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
PAGE = (
    '{% load i18n %}{% translate "Hello" %}{% translate "Sent" context "mail" %}'
    "{% blocktranslate trimmed with name=x count n=y %}\n One <b>thing</b> of {{ name }}.\n"
    "{% plural %}\n {{ n }} <b>things</b> of {{ name }}.\n{% endblocktranslate %}{{ _('Short')|upper }}"
)
CODE = '"""A module."""\n\nA = _("Long" " text")\nB = ngettext("one", "%(n)s", 2)\nC = pgettext("place", "Here")\n'
DECLARED = '"""A module."""\n\n\nclass Thing(Holding, model="a.B"):\n    """What we hold,\n    in two lines.\n    """\n'
WHOLE = {
    "Hello": "Bonjour",
    "Short": "Bref",
    "Long text": "Long",
    "What we hold, in two lines.": "Ce que nous tenons.",
}


@pytest.fixture
def project(planted: Planter) -> Planter:
    """A page, a module, a declaration and an empty catalogue."""
    planted.write("templates/a.html", PAGE)
    planted.write("accounts/a.py", CODE)
    planted.write("accounts/personal_data.py", DECLARED)
    planted.write(PO, HEAD)
    return planted


def test_every_way_in_which_a_text_is_shown_is_found(project: Planter) -> None:
    found = {(text.id, text.context) for text in languages.found(project.root) if text.id}
    assert found == {
        *((text, None) for text in WHOLE),
        ("Sent", "mail"),
        ("Here", "place"),
        (("one", "%(n)s"), None),
        (("One <b>thing</b> of %(name)s.", "%(n)s <b>things</b> of %(name)s."), None),
    }


def test_what_is_new_stands_empty_and_is_named(project: Planter) -> None:
    languages.update(project.root)
    said = [finding.message for finding in languages.findings(project.root)]
    assert len(said) == 8
    assert 'not written: "Hello"' in said
    again = (project.root / PO).read_text(encoding="utf-8")
    languages.update(project.root)
    assert (project.root / PO).read_text(encoding="utf-8") == again
    assert "POT-Creation-Date" not in again


BAD = {
    "a place is missing": ('msgid "%(n)s of %(all)s"\nmsgstr "%(n)s"\n', "has ['%(n)s'] where the English has"),
    "a tag is left open": ('msgid "<b>All</b>"\nmsgstr "<b>Tout"\n', "has ['<b'] where"),
    "a link leads elsewhere": ('msgid "<a href=\\"x\\">A</a>"\nmsgstr "<a href=\\"y\\">A</a>"\n', 'href="y"'),
    "a place is made up": ('msgid "a"\nmsgid_plural "%(n)s"\nmsgstr[0] "un"\nmsgstr[1] "%(m)s"\n', "has ['%(m)s']"),
    "another number": ('msgid "for 10 days"\nmsgstr "pendant 15 jours"\n', "says ['15'] for ['10']"),
    "doubtful": ('#, fuzzy\nmsgid "Hello"\nmsgstr "Salut"\n', 'doubtful: "Hello"'),
    "left over": ('msgid "Gone"\nmsgstr "Parti"\n', 'nothing shows it any more: "Gone"'),
    "commented out": ('#~ msgid "Gone"\n#~ msgstr "Parti"\n', "texts that nothing shows any more"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_text_that_is_not_right_is_found(project: Planter, case: str) -> None:
    entry, expected = BAD[case]
    project.write(PO, f"{HEAD}\n{entry}")
    assert any(expected in finding.message for finding in languages.findings(project.root))


def test_what_is_no_longer_shown_leaves_the_catalogue_and_what_is_doubtful_is_asked_again(project: Planter) -> None:
    project.write(PO, f'{HEAD}\n{BAD["left over"][0]}\n{BAD["doubtful"][0]}\nmsgid "Short"\nmsgstr "Bref"\n')
    languages.update(project.root)
    kept = languages.read(project.root / PO)
    assert kept.get("Gone") is None
    assert kept.get("Hello").string == ""
    assert kept.get("Short").string == "Bref"


def test_what_holdings_say_is_in_the_catalogue() -> None:
    """Their words are looked up when they are shown, so no call stands beside them in the code."""
    found = languages.found()
    for holding in registry.holdings.values():
        assert found.get(one_line(holding.__doc__)) is not None, holding.model_label
        for word in (*holding.recipients, *(rule.why for _name, rule in holding.rules().items() if rule.why)):
            assert found.get(str(word)) is not None, word
