"""The single-use key of a form, in every form that carries a CSRF token."""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from commissioning.submissions import FIELD, new_key

register = template.Library()


@register.simple_tag
def form_key() -> str:
    """The hidden field of a form without a CSRF token; others have it from `csrf_token`."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_key())


class _TokenAndKey(CsrfTokenNode):
    def render(self, context):
        token = super().render(context)
        return token + form_key() if token else token


@register.tag
def csrf_token(parser, token):
    """Django's own, with the key beside it: no form of ours or of Django's can be without."""
    return _TokenAndKey()
