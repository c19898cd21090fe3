"""The site with two pages more: what runs only if a purpose was agreed to, and a film of another site."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.cache import cache_control

from occicor.urls import handler500, urlpatterns

__all__ = ["handler500", "urlpatterns"]

PAGE = """{% extends "base.html" %}{% load agreed %}{% block main %}<h1>Probe</h1>{% agreed "social" %}
<p class="agreed">Agreed.</p><script src="/probe.js" defer></script>{% endagreed %}{% endblock %}"""

FILM = """{% extends "base.html" %}{% load embeds %}{% block main %}<h1>Tour</h1>
{% embed "tour" "https://films.example/e/1" "https://films.example/1" "A tour" "Shelves." %}{% endblock %}"""


@cache_control(public=True, max_age=0)
def page(request: HttpRequest) -> HttpResponse:
    """A public page."""
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def film(request: HttpRequest) -> HttpResponse:
    """A page with something of another site on it."""
    return HttpResponse(engines["django"].from_string(FILM).render({}, request))


def script(_request: HttpRequest) -> HttpResponse:
    """Leaves a mark."""
    return HttpResponse("document.body.dataset.ran = 'yes';", content_type="text/javascript")


urlpatterns = [
    path("probe/", page, name="probe"),
    path("probe.js", script),
    path("film/", film, name="film"),
    *urlpatterns,
]
