"""The outbox of embedded mode: what would have been sent by e-mail, to be read on this computer instead."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from accounts import demo_phones

app_name = "outbox"
PAGE = 50
NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Letter:
    """One message as a person reads it."""

    name: str
    to: str
    sender: str
    subject: str
    written_at: datetime
    text: str


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """All messages, the newest first."""
    names = sorted((file.stem for file in _folder().glob("*.eml")), reverse=True)
    page = Paginator(names, PAGE).get_page(request.GET.get("page"))
    shown = [letter for letter in map(read, page.object_list) if letter]
    return render(request, "outbox/list.html", {"letters": shown, "page": page, "codes": demo_phones.codes_now()})


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One message; 404 when there is none of that name."""
    found = read(name)
    if found is None:
        raise Http404
    return render(request, "outbox/letter.html", {"letter": found})


def read(name: str) -> Letter | None:
    """The message in the file of this name; None when there is none, or the name is not one of ours."""
    if not NAME.fullmatch(name):
        return None
    try:
        content = (_folder() / f"{name}.eml").read_bytes()
    except OSError:
        return None
    message = message_from_bytes(content, policy=policy.default)
    return Letter(
        name=name,
        to=str(message["To"] or ""),
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        written_at=datetime.fromtimestamp(int(name[:20]) / 1e9, tz=UTC),
        text=_text(message),
    )


def _text(message: EmailMessage) -> str:
    """The words of a message; of one that has only HTML, its words without the tags."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return content if part.get_content_type() == "text/plain" else strip_tags(content)


def _folder() -> Path:
    return Path(settings.OUTBOX_DIR)


@register(Tags.security, deploy=True)
def outbox_is_closed(**kwargs: object) -> list[CheckMessage]:
    """E001: messages must not be readable by whoever asks; codes and links in them open accounts."""
    if not settings.EMBEDDED_MAIL:
        return []
    hint = "Set EMAIL_URL to a mail server and leave EMBEDDED_MAIL out."
    return [Error("The outbox shows every message to everybody.", hint=hint, id="occicor.E001")]


urlpatterns: list[URLPattern] = [path("", letters, name="list"), path("<str:name>/", letter, name="letter")]
