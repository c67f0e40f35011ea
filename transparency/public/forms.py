"""What the public may tell the office: what is wrong on which page."""

import re
from urllib.parse import unquote, urlsplit

from django import forms
from django.urls import Resolver404, ResolverMatch, resolve

from commissioning.fields import validate_no_control_characters
from commissioning.public.forms import PublicForm

NO_PAGE = "This is not the address of a page here. It begins with a /, such as /awards/."
NO_RECORD = "There is no published page at this address. Copy it from the page that you mean."


class ProblemForm(PublicForm):
    """A message about a page. A field that people do not see catches programs that fill all.

    `host` is this site’s, for addresses that are pasted whole.
    """

    KEPT = ("about", "text", "reach")

    about = forms.CharField(
        label="Page", max_length=300, help_text="The address of the page, such as /awards/A-00001/."
    )
    text = forms.CharField(
        label="What is wrong?",
        max_length=3000,
        help_text="Do not write anything about a victim, or that tells who somebody is.",
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[validate_no_control_characters],
        error_messages={"required": "Say what is wrong."},
    )
    reach = forms.CharField(
        label="How we can reach you, if you want an answer",
        max_length=200,
        required=False,
        help_text="An e-mail address or a telephone number. Only those who answer see it, and it "
        "is erased when your message is closed.",
        validators=[validate_no_control_characters],
    )
    website = forms.CharField(label="Leave this empty", required=False, max_length=200)

    def __init__(self, *args, host: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.host = host

    def clean_about(self) -> str:
        about = self._path(self.cleaned_data["about"])
        if about.startswith("/staff/"):
            raise forms.ValidationError("Only public pages can be written about.")
        try:
            found = resolve(about)
        except Resolver404 as missing:
            raise forms.ValidationError(NO_PAGE) from missing
        if not _is_there(found):
            raise forms.ValidationError(NO_RECORD)
        return about

    def clean_reach(self) -> str:
        reach = " ".join(self.cleaned_data["reach"].split())
        if reach and "@" not in reach and len(re.findall("[0-9]", reach)) < 5:
            raise forms.ValidationError("Write an e-mail address or a telephone number.")
        return reach

    def _path(self, address: str) -> str:
        """The path of an address; of a whole one only if it is this site’s."""
        try:
            parts = urlsplit(address)
        except ValueError as bad:
            raise forms.ValidationError(NO_PAGE) from bad
        if parts.scheme or parts.netloc:
            if parts.scheme not in ("http", "https") or parts.netloc.lower() != self.host.lower():
                raise forms.ValidationError(NO_PAGE)
            # As a browser writes it; what was typed as a path is one already.
            return unquote(parts.path) or "/"
        return parts.path

    @property
    def is_by_a_program(self) -> bool:
        return bool(self.data.get("website"))


def _is_there(found: ResolverMatch) -> bool:
    """Whether the page has something to show. Of what is not published it has nothing, just as of
    what does not exist.
    """
    page = getattr(found.func, "view_class", None)
    asks = getattr(page, "is_there", None)
    return asks is None or asks(**found.kwargs)
