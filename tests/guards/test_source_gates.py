"""The gates over the source find what is planted; that they find nothing in the project is `make check`."""

import pytest

from tests.guards import budgets, gate, leaks, locks, markup, queries, words
from tests.guards.conftest import Planter
from tests.guards.sources import ROOT, project_files


def test_without_git_the_gates_look_at_nothing_that_git_would_not_keep(planted: Planter) -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for folder in filter(lambda name: name.endswith("/"), ignored):
        planted.write(f"{folder}made.py", "x = 1\n")
    root = planted.write("accounts/a.py", "x = 1\n")
    assert [path.relative_to(root).as_posix() for path in project_files(root)] == ["accounts/a.py"]


BODY = '"""A module."""\n\n\n'
LONG = "    x = 1\n"

BAD_MODULES = {
    "module too long": ("accounts/long.py", BODY + "x = 1\n" * 400, "at most 400"),
    "function too long": ("accounts/a.py", f"{BODY}def f() -> None:\n{LONG * 41}", "at most 40"),
    "view too long": ("accounts/views.py", f"{BODY}def f(request: object) -> None:\n{LONG * 26}", "at most 25"),
    "view too long in a folder": ("a/views/b.py", f"{BODY}def f(request: object) -> None:\n{LONG * 26}", "at most 25"),
    "name that says nothing": ("accounts/utils.py", BODY, "by its subject"),
    "folder that says nothing": ("accounts/common/a.py", BODY, "by its subject"),
    "no sentence": ("accounts/a.py", "x = 1\n", "open the module"),
    "no full stop": ("accounts/a.py", '"""Things"""\n', "open the module"),
    "import in a function": ("accounts/a.py", f"{BODY}def f() -> None:\n    import os\n", "on top of the module"),
    "import in a method": (
        "a/a.py",
        f"{BODY}class A:\n    def f(self) -> None:\n        from os import path\n",
        "on top",
    ),
}


@pytest.mark.parametrize("case", BAD_MODULES)
def test_a_module_over_budget_is_found(planted: Planter, case: str) -> None:
    where, text, expected = BAD_MODULES[case]
    found = list(budgets.findings(planted.write(where, text)))
    assert len(found) == 1
    assert expected in found[0].message


def test_a_docstring_costs_no_budget_and_ready_may_import(planted: Planter) -> None:
    docstring = '    """Do it.\n' + "    more\n" * 30 + '    """\n'
    planted.write("accounts/a.py", f"{BODY}def f() -> None:\n{docstring}{LONG * 20}")
    root = planted.write("accounts/apps.py", f"{BODY}class A:\n    def ready(self) -> None:\n        import os\n")
    assert list(budgets.findings(root)) == []


BAD_QUERIES = {
    "manager": ("accounts/views.py", "User.objects.get()"),
    "base manager": ("accounts/views/one.py", "User._base_manager.get()"),
    "shortcut": ("accounts/views_detail.py", "get_object_or_404(User)"),
    "sql": ("accounts/tasks.py", "connection.cursor()"),
    "a folder of forms": ("accounts/forms/profile.py", "User.objects.get()"),
}


@pytest.mark.parametrize("case", BAD_QUERIES)
def test_a_query_in_a_view_is_found(planted: Planter, case: str) -> None:
    where, statement = BAD_QUERIES[case]
    found = list(queries.findings(planted.write(where, f"{BODY}{statement}\n")))
    assert [finding.line for finding in found] == [4]


def test_a_query_in_a_selector_is_welcome(planted: Planter) -> None:
    assert list(queries.findings(planted.write("accounts/selectors.py", f"{BODY}User.objects.get()\n"))) == []


HELD = (
    'class ViewData(Holding, model="visitors.View"):\n    """A view."""\n\n    purposes = [Purpose.IMPROVE]\n\n\n'
    'class PageData(Holding, model="visitors.Page"):\n    """A page."""\n\n    purposes = [Purpose.SUPPORT]\n'
)
PAST_THE_GATE = {
    "a mail by Django": ("visitors/contact.py", "from django.core.mail import get_connection\n"),
    "a mail by hand": ("accounts/services.py", "import smtplib\n"),
    "a mail by the queue's library": ("accounts/services.py", "from post_office import mail\n"),
    "a row in the queue": (
        "accounts/services.py",
        "from post_office.models import Email\nEmail.objects.create(to=[to])\n",
    ),
    "a row in the queue, saved": (
        "accounts/services.py",
        "from post_office.models import Email\nEmail(to=to).save()\n",
    ),
    "a message for nothing in particular": (
        "accounts/services.py",
        "from privacy.mail.queue import queue\nqueue(to=to, **rest)\n",
    ),
    "a row in the queue, by its module": (
        "accounts/services.py",
        "from post_office import models\nmodels.Email.objects.create(to=[to])\n",
    ),
    "a message for nothing, by another name": (
        "accounts/services.py",
        "from privacy.mail.queue import queue as send\nsend(to=to)\n",
    ),
    "a message for nothing, by its module": (
        "accounts/services.py",
        "from privacy.mail import queue\nqueue.queue(to=to)\n",
    ),
    "a counter by another name": (
        "visitors/services.py",
        "from visitors.models import View as Look\nLook.objects.create(path=path)\n",
    ),
    "a counter by its module": ("visitors/services.py", "from visitors import models\nmodels.View(path=path).save()\n"),
    "a message to many for nothing": (
        "accounts/services.py",
        "from privacy.mail.bulk import queue_many\nqueue_many(copies=copies, template=name)\n",
    ),
    "a message past the queue for nothing": (
        "rights_requests/proof.py",
        "from privacy.mail.deliver import send_now\nsend_now(to=to)\n",
    ),
    "a counter by its name": ("visitors/audience.py", "Total.objects.filter(day=day).update(views=more)\n"),
    "advertising by its name": ("consent/newsletters/sending.py", "message.save()\n"),
    "a counter by what is declared": ("visitors/services.py", "View.objects.create(path=path)\n"),
    "a counter that imports the gate and does not ask": (
        "visitors/services.py",
        "from privacy import restriction\nView(path=path).save()\n",
    ),
}


@pytest.mark.promise("P5.4")
@pytest.mark.parametrize("case", PAST_THE_GATE)
def test_a_sender_or_counter_that_does_not_ask_the_gate_is_found(planted: Planter, case: str) -> None:
    where, text = PAST_THE_GATE[case]
    planted.write("visitors/personal_data.py", BODY + HELD)
    found = list(gate.findings(planted.write(where, BODY + text)))
    assert [finding.path for finding in found] == [where]


def test_who_asks_may_send_and_count(planted: Planter) -> None:
    planted.write("visitors/personal_data.py", BODY + HELD)
    asked = "from privacy import restriction\nif restriction.allows(who, why):\n    View.objects.create(path=path)\n"
    planted.write("visitors/services.py", BODY + asked)
    some = "from privacy.restriction import allowed\nfor one in allowed(people, why):\n    one.save()\n"
    planted.write("consent/newsletters.py", BODY + some)
    planted.write("visitors/pages.py", f"{BODY}Page.objects.create(path=path)\n")
    named = "from privacy.mail.queue import queue\nqueue(to=to, purpose=Purpose.SUPPORT)\n"
    assert list(gate.findings(planted.write("accounts/services.py", BODY + named))) == []


BAD_WORDS = {
    "abbreviation": ("docs/a.md", "A DSA" + "R is open.\n"),
    "american abbreviation": ("accounts/a.py", "PI" + "I = 1\n"),
    "a picture for a word": ("templates/a.html", "<p>Done \u2705</p>"),
    "a button without an act": ("templates/a.html", "<button>Submit</button>"),
    "a spoken attribute": ("templates/a.html", '<a aria-label="click here" href="/">x</a>'),
    "a translated sentence": ("templates/a.html", '<p>{% translate "Submit the form" %}</p>'),
    "a message in code": ("accounts/a.py", 'x = _("Invalid input")\n'),
}


@pytest.mark.parametrize("case", BAD_WORDS)
def test_a_word_we_do_not_use_is_found(planted: Planter, case: str) -> None:
    where, text = BAD_WORDS[case]
    assert len(list(words.findings(planted.write(where, text)))) == 1


def test_the_type_of_a_button_is_not_a_word(planted: Planter) -> None:
    root = planted.write("templates/a.html", '<button type="submit">{% translate "Send your request" %}</button>')
    assert list(words.findings(root)) == []


BAD_LINES = {
    "a private key": "-----BEGIN " + "PRIVATE KEY-----",
    "an access key": "AKIA" + "A" * 16,
    "a token": "ghp_" + "a" * 36,
    "a password in an address": "postgres://portal:" + "hunter2hunter2@db/portal",
    "a key in an environment file": "SECRET_KEY=" + "a" * 20,
    "a home folder": "see /" + "home/alex/notes",
    "a folder of one machine": "cd /" + "work/main",
    "a package mirror": "--index-" + "url https://mirror.example/simple",
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_secret_or_a_machine_path_is_found(planted: Planter, case: str) -> None:
    found = list(leaks.findings(planted.write("docs/a.md", f"first\n{BAD_LINES[case]}\n")))
    assert [finding.line for finding in found] == [2]


BAD_MARKUP = {
    "inline script": "<script>go()</script>",
    "inline style": "<style>p{}</style>",
    "style attribute": '<p style="color:red">x</p>',
    "handler": '<p onclick="go()">x</p>',
    "script address": '<a href="javascript:go()">x</a>',
    "foreign script": '<script src="https://cdn.example/x.js"></script>',
    "foreign picture": '<img src="//cdn.example/x.png" alt="">',
    "foreign style sheet": '<link rel="stylesheet" href="http://cdn.example/x.css">',
    "foreign form": '<form action="https://x.example/"></form>',
    "link to another site": '<a href="https://dpa.example" rel="external noreferrer">x</a>',
    "link to who knows where": '<a class="x" href="{{ authority.url }}">x</a>',
}


@pytest.mark.parametrize("case", BAD_MARKUP)
def test_what_the_policy_would_block_is_found(planted: Planter, case: str) -> None:
    assert len(list(markup.findings(planted.write("templates/a.html", BAD_MARKUP[case])))) == 1


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("static/css/a.css", "@import '//x.example/b.css';"),
        ("static/css/a.css", "p{background:url(//x/y)}"),
        ("static/js/a.js", "eval(x)"),
    ],
)
def test_a_style_sheet_or_script_that_goes_elsewhere_is_found(planted: Planter, where: str, text: str) -> None:
    assert len(list(markup.findings(planted.write(where, text)))) == 1


def test_script_over_budget_is_found(planted: Planter) -> None:
    noise = "\n".join(f"// {hash(str(number)) ** 3}" for number in range(2000))
    assert "at most" in next(markup.findings(planted.write("static/js/a.js", noise))).message


def test_data_for_a_script_and_links_that_say_where_they_lead_are_welcome(planted: Planter) -> None:
    links = '{% url "visitors:home" as home_url %}<a href="{{ home_url }}">x</a>{% outbound authority.url "y" %}'
    text = f'<script type="application/json" id="d">{{}}</script>{links}'
    text += '<script type="application/ld+json">{}</script>'
    assert list(markup.findings(planted.write("templates/a.html", text))) == []


GROUPS = '[dependency-groups]\nrun = ["django>=5.2,<5.3"]\ndev = ["mypy"]\n'
HASH = " \\\n    --hash=sha256:" + "0" * 64 + "\n"
GOOD_LOCK = f"django==5.2.1{HASH}"
BAD_LOCKS = {
    "missing": ("", "run `make lock`"),
    "other version": (f"django==4.2{HASH}", "is not what"),
    "one version of two": (f"django==4.2 ; python_version < '3.12'{HASH}{GOOD_LOCK}", "django 4.2 is not what"),
    "a pattern of versions": (f"{GOOD_LOCK}pkg==1.*{HASH}", "not a pin"),
    "a version as text": (f"{GOOD_LOCK}pkg===1.0{HASH}", "not a pin"),
    "no hash": ("django==5.2.1\n", "has no hash"),
    "half a hash": (f"pkg==1.0{HASH[:-2]}\n{GOOD_LOCK}", "pkg has no hash"),
    "a hash in a remark": (f"pkg==1.0 \\\n    # --hash=sha256:{'0' * 64}\n{GOOD_LOCK}", "pkg has no hash"),
    "a hash that belongs to nothing": (f"pkg==1.0\n    --hash=sha256:{'0' * 64}\n{GOOD_LOCK}", "pkg has no hash"),
    "a hash that is forged easily": (f"pkg==1.0 \\\n    --hash=md5:{'0' * 32}\n{GOOD_LOCK}", "pkg has no hash"),
    "not a pin": (f"{GOOD_LOCK}pkg>=1\n", "not a pin"),
    "another index": ("--index-" + f"url https://x.example\n{GOOD_LOCK}", "no place"),
    "another index behind a pin": (f"{GOOD_LOCK}pkg==1.0 --index-" + f"url=https://x.example{HASH}", "not a pin"),
    "another file": (f"-r more.txt\n{GOOD_LOCK}", "no place"),
}


@pytest.mark.parametrize("case", BAD_LOCKS)
def test_a_loose_requirement_is_found(planted: Planter, case: str) -> None:
    text, expected = BAD_LOCKS[case]
    planted.write("pyproject.toml", GROUPS)
    planted.write("requirements-dev.txt", f"mypy==1.0{HASH}")
    found = list(locks.findings(planted.write("requirements.txt", text)))
    assert any(expected in finding.message for finding in found), found


def test_a_sound_lock_passes_and_one_that_nobody_asked_for_is_found(planted: Planter) -> None:
    planted.write("pyproject.toml", GROUPS)
    planted.write("requirements-dev.txt", f"mypy==1.0{HASH}django==5.2.1 ; python_version < '4'{HASH}")
    assert list(locks.findings(planted.write("requirements.txt", GOOD_LOCK))) == []
    found = list(locks.findings(planted.write("requirements-more.txt", "anything\n")))
    assert [finding.path for finding in found] == ["requirements-more.txt"]
    planted.write("pyproject.toml", GROUPS.replace("run =", "more ="))
    assert "requirements.txt" in {finding.path for finding in locks.findings(planted.root)}


def test_the_locks_hold_what_is_installed() -> None:
    """Otherwise a gate that finds nothing in them would mean nothing."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert len(locks.pins_of(name)) > 30, name
