"""Public forms."""

import re
from datetime import date

import pytest
from django import forms

from commissioning.public.forms import DayMonthYearInput, PublicForm
from tests.components.rendering import Filters


class Award(PublicForm):
    title = forms.CharField(help_text="As the public sees it")
    amount = forms.DecimalField(min_value=0)
    power = forms.ChoiceField(choices=[("s9", "Section 9")], widget=forms.RadioSelect)
    areas = forms.MultipleChoiceField(
        choices=[("dudley", "Dudley")], widget=forms.CheckboxSelectMultiple
    )
    starts = forms.DateField(widget=DayMonthYearInput)
    why = forms.CharField(widget=forms.Textarea)
    paper = forms.FileField(required=False)
    sensitive = forms.BooleanField(required=False, help_text="A refuge")


def test_every_kind_of_field_has_the_look_and_a_label():
    html = str(Award())

    for look in ("input", "radios__input", "checkboxes__input", "textarea", "file-upload"):
        assert f"govuk-{look}" in html
    ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 10
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', html)) == set(ids)
    assert 'id="id_title_helptext">As the public sees it' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert 'type="number"' not in html
    assert "error" not in html


def test_errors_stand_at_the_field_and_in_a_summary_that_links_to_it():
    form = Award(
        {"amount": "twelve", "starts_day": "31", "starts_month": "2", "starts_year": "2021"}
    )
    html = str(form)

    assert '<a href="#id_title">Title: This field is required.</a>' in html
    assert '<a href="#id_power_0">Power: This field is required.</a>' in html
    assert '<a href="#id_starts_0">Starts: Enter a valid date.</a>' in html
    for linked in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{linked}"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert 'value="twelve"' in html
    assert 'value="31"' in html


def test_filter_form_is_compact_and_has_no_error_summary():
    html = str(Filters({"year": "1066"}))
    assert "govuk-checkboxes--small" in html
    assert "govuk-error-summary" not in html
    assert "govuk-error-message" in html


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("1", "4", "2020"), date(2020, 4, 1)),
        (("01", "04", "2020"), date(2020, 4, 1)),
        (("", "", ""), None),
        (("31", "2", "2020"), "invalid"),
        (("1", "", "2020"), "invalid"),
        (("1-1", "4", "2020"), date(2020, 4, 11)),
    ],
)
def test_date_in_three_boxes(typed, expected):
    day, month, year = typed
    form = Filters({"since_day": day, "since_month": month, "since_year": year})
    assert (form.cleaned_data["since"] if form.is_valid() else "invalid") == expected


def test_date_in_three_boxes_shows_a_known_date():
    html = str(Filters(initial={"since": date(2020, 4, 1)}))
    assert re.findall(r'name="since_\w+" value="(\d+)"', html) == ["1", "4", "2020"]
