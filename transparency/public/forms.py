"""What the public may tell the office: what is wrong on which page."""

from django import forms
from django.urls import Resolver404, resolve

from commissioning.fields import validate_no_control_characters
from commissioning.public.forms import PublicForm


class ProblemForm(PublicForm):
    """A message about a page. A field that people do not see catches programs that fill all."""

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
    website = forms.CharField(label="Leave this empty", required=False, max_length=200)

    def clean_about(self) -> str:
        about = self.cleaned_data["about"].split("?")[0]
        try:
            resolve(about)
        except Resolver404 as missing:
            raise forms.ValidationError(
                "This is not the address of a page here. It begins with a /, such as /awards/."
            ) from missing
        if about.startswith("/staff/"):
            raise forms.ValidationError("Only public pages can be written about.")
        return about

    @property
    def is_by_a_program(self) -> bool:
        return bool(self.data.get("website"))
