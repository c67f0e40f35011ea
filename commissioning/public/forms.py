"""How public and staff pages outside the admin draw their forms: GOV.UK Frontend's fields.

    class AwardFilters(FilterForm):
        area = forms.ModelChoiceField(…)

`PublicForm` puts an error summary above its fields; `FilterForm` is the same in small for the panel
beside a list. Any other form takes the look by `default_renderer = PublicFormRenderer`.
"""

from datetime import date

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template

# Django's widget templates that have one of ours in their place; others are drawn by Django.
OWN_WIDGETS = frozenset(
    {
        "checkbox",
        "checkbox_select",
        "clearable_file_input",
        "date",
        "email",
        "file",
        "input",
        "number",
        "password",
        "radio",
        "search",
        "select",
        "tel",
        "text",
        "textarea",
        "url",
    }
)


class PublicFormRenderer(DjangoTemplates):
    """Draws fields with label, hint and error from templates/forms/."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    compact = False

    def get_template(self, template_name):
        if template_name.startswith("forms/"):
            return get_template(template_name)
        name = template_name.removeprefix("django/forms/widgets/").removesuffix(".html")
        if name in OWN_WIDGETS:
            return get_template(f"forms/widgets/{name}.html")
        return super().get_template(template_name)

    def render(self, template_name, context, request=None):
        return super().render(template_name, {"compact": self.compact, **context}, request)


class FilterFormRenderer(PublicFormRenderer):
    """The same in small, without an error summary, for the panel beside a list."""

    form_template_name = "forms/filter_form.html"
    compact = True


class PublicForm(forms.Form):
    default_renderer = PublicFormRenderer


class FilterForm(forms.Form):
    default_renderer = FilterFormRenderer


class DayMonthYearInput(forms.MultiWidget):
    """A date in three boxes, for dates that people know by heart. For a DateField."""

    template_name = "forms/widgets/day_month_year.html"
    use_fieldset = True

    def __init__(self, attrs=None):
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {part: forms.TextInput(box) for part in ("day", "month", "year")}, attrs=attrs
        )

    def decompress(self, value):
        if isinstance(value, date):
            return [value.day, value.month, value.year]
        # What was typed, as value_from_datadict handed it on: shown again as it was.
        parts = str(value).split("-", 2) if value else []
        return parts[::-1] if len(parts) == 3 else [None, None, None]

    def value_from_datadict(self, data, files, name):
        day, month, year = (part or "" for part in super().value_from_datadict(data, files, name))
        if not any((day, month, year)):
            return None
        return "-".join(part.strip().replace("-", "") for part in (year, month, day))
