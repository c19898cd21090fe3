"""The door of the display preferences."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_http_methods

from visitors import cookies
from visitors.display import COOKIE, KEPT, Display, display_of
from visitors.forms import DisplayForm


@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Choose theme, text size, motion and language, or have the choice forgotten; works without script."""
    now = display_of(request)
    form = DisplayForm(request.POST or None, initial={**vars(now)})
    if request.method != "POST":
        return render(request, "visitors/display.html", {"form": form, "now": now})
    if "forget" in request.POST:
        answer = redirect("visitors:display")
        cookies.forget(request, answer, COOKIE)
        return answer
    if not form.is_valid():
        return render(request, "visitors/display.html", {"form": form, "now": now})
    chosen = Display(**form.cleaned_data)
    with override(chosen.language or get_language()):
        answer = redirect(reverse("visitors:display"))
    cookies.keep(answer, COOKIE, chosen.cookie(), lasts=KEPT)
    return answer
