"""What goes with every page whose address is the key to it."""

from django.http import HttpResponse


def unshared(answer: HttpResponse) -> HttpResponse:
    """The address is the key to the page: it goes to no other site as referrer, and no search engine keeps it."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
