"""What may be on a page only if somebody agreed to it: sent, sent to wait for the answer, or not sent at all."""

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import Parser, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString

from consent import choices

register = Library()


class Agreed(Node):
    """What stands between the tags, as far as its purpose was agreed to."""

    def __init__(self, code: str, inside: NodeList) -> None:
        self.code, self.nodelist = code, inside

    def render(self, context: Context) -> SafeString:
        """Itself once accepted, inert while nobody decided, nothing at all once refused."""
        consent = choices.of(context["request"])
        consent.is_shown = consent.needs_script = True
        if consent.allows(self.code):
            return self.nodelist.render(context)
        if self.code in consent.open:
            return format_html('<template data-purpose="{}">{}</template>', self.code, self.nodelist.render(context))
        return SafeString("")


@register.tag
def agreed(parser: Parser, token: Token) -> Agreed:
    """`{% agreed "stats" %}…{% endagreed %}` → what may be on the page only if that purpose is accepted."""
    try:
        _name, code = token.split_contents()
    except ValueError as error:
        raise TemplateSyntaxError("agreed: say the code of one purpose") from error
    inside = parser.parse(("endagreed",))
    parser.delete_first_token()
    return Agreed(code.strip("\"'"), inside)
