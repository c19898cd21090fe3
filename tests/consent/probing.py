"""The site with one page more: on it something runs only if a purpose was agreed to."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.cache import cache_control

from occicor.urls import handler500, urlpatterns

__all__ = ["handler500", "urlpatterns"]

PAGE = """{% extends "base.html" %}{% load agreed %}{% block main %}<h1>Probe</h1>{% agreed "social" %}
<p class="agreed">Agreed.</p><script src="/probe.js" defer></script>{% endagreed %}{% endblock %}"""


@cache_control(public=True, max_age=0)
def page(request: HttpRequest) -> HttpResponse:
    """A public page."""
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def script(_request: HttpRequest) -> HttpResponse:
    """Leaves a mark."""
    return HttpResponse("document.body.dataset.ran = 'yes';", content_type="text/javascript")


urlpatterns = [path("probe/", page, name="probe"), path("probe.js", script), *urlpatterns]
