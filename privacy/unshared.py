"""What goes with every page whose address is the key to it."""

from django.http import HttpResponse


def unshared(answer: HttpResponse) -> HttpResponse:
    """The address is the key to the page: it goes to no other site as referrer, and no search engine keeps it.

    Not "no-referrer": of such a page a browser sends a form with the origin "null", and that is refused as foreign.
    """
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
