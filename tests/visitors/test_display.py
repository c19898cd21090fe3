"""Display preferences: nothing is kept before a choice, the server draws what was chosen, and forgets it on request."""

import pytest
from django.test import Client

from visitors.display import COOKIE

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]
PAGE = "/display/"
CHOICE = {"theme": "dark", "text_size": "large", "motion": "still", "language": ""}


def html(client: Client, path: str = "/") -> str:
    """The opening tag of a page."""
    shown = client.get(path).content.decode()
    return shown[shown.index("<html") : shown.index(">", shown.index("<html"))]


def test_nothing_is_kept_before_somebody_chooses(client: Client) -> None:
    assert "data-theme" not in html(client)
    client.get(PAGE)
    assert COOKIE not in client.cookies
    answer = client.post(PAGE, {**CHOICE, "theme": "pink"})
    assert "Choose one from the list." in answer.content.decode()
    assert COOKIE not in client.cookies


def test_a_choice_is_drawn_by_the_server_and_kept_for_a_year_away_from_scripts(client: Client) -> None:
    answer = client.post(PAGE, CHOICE)
    assert answer["Location"] == PAGE
    cookie = client.cookies[COOKIE]
    assert cookie.value == "dark.large.still."
    assert (cookie["max-age"], cookie["samesite"], cookie["httponly"]) == (365 * 86400, "Lax", True)
    for path in ("/", "/privacy/", PAGE, "/fr/contact/", "/nowhere/"):
        assert html(client, path).endswith('data-theme="dark" data-text="large" data-motion="still"')


def test_a_page_drawn_for_one_reader_is_kept_by_that_browser_alone(client: Client) -> None:
    plain = client.get("/privacy/")
    client.post(PAGE, CHOICE)
    drawn = client.get("/privacy/")
    assert drawn["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert drawn["ETag"] != plain["ETag"]
    assert client.get("/privacy/", headers={"if-none-match": drawn["ETag"]}).status_code == 304


def test_a_choice_is_forgotten_on_request(client: Client) -> None:
    client.post(PAGE, CHOICE)
    assert "Forget my choice" in client.get(PAGE).content.decode()
    client.post(PAGE, {"forget": "1"})
    assert client.cookies[COOKIE].value == ""
    assert "Forget my choice" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "value", ["", "dark", "dark.large.still.xx", "a.b.c.d", '"><script>.x.y.z', "dark.large.still..fr"]
)
def test_a_cookie_that_is_not_ours_changes_nothing(client: Client, value: str) -> None:
    client.cookies[COOKIE] = value
    assert "data-theme" not in html(client)


def test_who_comes_from_outside_is_led_to_the_language_they_chose_and_who_follows_a_link_stays(client: Client) -> None:
    answer = client.post(PAGE, {**CHOICE, "language": "ar"})
    assert answer["Location"] == "/ar/display/"
    for start in ("none", "cross-site"):
        led = client.get("/", headers={"sec-fetch-site": start})
        assert (led.status_code, led["Location"]) == (302, "/ar/")
        assert "no-store" in led["Cache-Control"]
    assert client.get("/", headers={"sec-fetch-site": "same-origin"}).status_code == 200
    assert client.get("/").status_code == 200
    assert client.get("/ar/", headers={"sec-fetch-site": "none"}).status_code == 200
    assert client.get("/privacy/", headers={"sec-fetch-site": "none"}).status_code == 200
