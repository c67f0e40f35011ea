"""How components are rendered in tests."""

import re
from pathlib import Path

from django import forms
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string

from commissioning.public.forms import DayMonthYearInput, FilterForm

ROOT = Path(__file__).resolve().parent.parent.parent
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
OWN_PAGES = ["base.html", "400.html", "403.html", "404.html", "500.html"]


def tag(source, request=None, **context):
    template = Template("{% load figures page %}" + source)
    made = Context(context) if request is None else RequestContext(request, context)
    return re.sub(r"\s+", " ", template.render(made))


def component(name, **context):
    return re.sub(r"\s+", " ", render_to_string(f"components/{name}.html", context))


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


class Filters(FilterForm):
    q = forms.CharField(required=False, label="Words", widget=forms.TextInput)
    area = forms.MultipleChoiceField(
        required=False,
        choices=[("coventry", "Coventry"), ("dudley", "Dudley")],
        widget=forms.CheckboxSelectMultiple,
    )
    year = forms.ChoiceField(required=False, choices=[("", "All"), ("2020-21", "2020/21")])
    since = forms.DateField(required=False, label="Since", widget=DayMonthYearInput)
    open_only = forms.BooleanField(required=False, label="Open only")
