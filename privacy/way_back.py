"""Where a form leads back to: the page of this site that it stood on, and nowhere else."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The path that the form or the address names as `next`; `otherwise` where that is no path of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # A word without a slash would be taken for the name of a page.
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else otherwise
