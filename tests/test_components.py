"""What the public look prints: filters, components, forms and the page around them."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from commissioning.public.forms import DayMonthYearInput, FilterForm, PublicForm
from commissioning.templatetags.figures import (
    DEFINITIONS,
    QUALIFIED,
    date_with_precision,
    definitions,
    financial_year,
    position_segments,
    pounds,
    qualified,
    qualified_whole,
    short_pounds,
)

ROOT = Path(__file__).resolve().parent.parent
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
OWN_PAGES = ["base.html", "400.html", "403.html", "404.html", "500.html"]


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def tag(source, request=None, **context):
    template = Template("{% load figures page %}" + source)
    if request is None:
        return template.render(Context(context))
    return template.render(RequestContext(request, context))


def component(name, **context):
    return re.sub(r"\s+", " ", render_to_string(f"components/{name}.html", context))


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# --- Filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "decimals", "expected"),
    [
        (Decimal("18107456"), "2", "£18,107,456.00"),
        (Decimal("18107456"), "0", "£18,107,456"),
        (Decimal("17803129.64"), "0", "£17,803,129.64"),
        (Decimal("0"), "2", "£0.00"),
        (Decimal("-1200"), "2", "−£1,200.00"),
        (None, "2", "not published"),
    ],
)
def test_pounds(amount, decimals, expected):
    assert pounds(amount, decimals) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("18107456", "£18.1m"),
        ("2700000", "£2.7m"),
        ("3000000", "£3m"),
        ("999999", "£1m"),
        ("911065.64", "£911k"),
        ("100000", "£100k"),
        ("950000", "£950k"),
        ("999999999", "£1bn"),
        ("1000", "£1k"),
        ("999.40", "£999.40"),
        ("500", "£500"),
        ("-2700000", "−£2.7m"),
        ("1250000000", "£1.3bn"),
    ],
)
def test_short_pounds(amount, expected):
    assert short_pounds(Decimal(amount)) == expected


def test_short_pounds_of_nothing_published():
    assert short_pounds(None) == "not published"


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [
        ("exact", "£5,000.00"),
        ("", "£5,000.00"),
        (None, "£5,000.00"),
        ("at_least", "at least £5,000.00"),
        ("about", "about £5,000.00"),
        ("under", "under £5,000.00"),
        ("forecast", "forecast £5,000.00"),
        ("target", "target £5,000.00"),
        ("part_year", "£5,000.00 (part year)"),
        ("provisional", "£5,000.00 (provisional)"),
        ("new word", "£5,000.00 (new word)"),
    ],
)
def test_qualified(qualifier, expected):
    assert qualified(Decimal("5000"), qualifier) == expected


def test_qualified_without_pence_for_counts_and_for_nothing():
    assert qualified_whole(Decimal("2700000"), "about") == "about £2,700,000"
    assert qualified("4,200", "about") == "about 4,200"
    assert qualified(None, "about") == "not published"


def test_every_inexact_qualifier_is_explained():
    assert set(DEFINITIONS) == set(QUALIFIED) - {"", "exact"}
    assert [word for word, _ in definitions(["exact", "under", "about", "about"])] == [
        "about",
        "under",
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 3, 31), "2020/21"),
        (date(2021, 4, 1), "2021/22"),
        (date(1999, 12, 1), "1999/00"),
        (None, ""),
    ],
)
def test_financial_year(day, expected):
    assert financial_year(day) == expected


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("day", "3 March 2021"), ("month", "March 2021"), ("year", "2021"), ("", "3 March 2021")],
)
def test_date_with_precision(precision, expected):
    assert date_with_precision(date(2021, 3, 3), precision) == expected
    assert date_with_precision(None, precision) == "date not published"


# --- Bars -----------------------------------------------------------------------------------------


def position(**figures):
    known = {"budget": None, "allocated": "0", "committed": "0", "paid": "0", **figures}
    amounts = {name: None if value is None else Decimal(value) for name, value in known.items()}
    return position_segments(**amounts)


def test_the_four_stretches_fill_the_bar_and_add_up_to_the_budget():
    segments, budget_ends = position(budget="1000", allocated="750", committed="500", paid="100")

    assert [(s.key, s.amount) for s in segments] == [
        ("paid", Decimal("100")),
        ("committed", Decimal("400")),
        ("allocated", Decimal("250")),
        ("unallocated", Decimal("250")),
    ]
    assert [(s.start, s.width) for s in segments] == [(0, 10), (10, 40), (50, 25), (75, 25)]
    assert budget_ends is None


def test_above_its_budget_nothing_is_left_and_the_end_of_the_budget_is_marked():
    segments, budget_ends = position(budget="1000", allocated="1250", committed="10", paid="0")

    assert [s.key for s in segments] == ["paid", "committed", "allocated"]
    assert budget_ends == 80


def test_without_a_published_budget_nothing_is_said_to_be_left():
    segments, budget_ends = position(allocated="1000", committed="500", paid="0")

    assert "unallocated" not in [s.key for s in segments]
    assert [s.share for s in segments] == [None, None, None]
    assert budget_ends is None


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"budget": "0"},
        {"budget": "0", "allocated": "10"},
        {"budget": "100", "allocated": "50", "committed": "20", "paid": "-5"},
    ],
)
def test_no_stretch_leaves_the_bar(figures):
    segments, _ = position(**figures)
    assert all(0 <= s.start <= 100 and s.width >= 0 and s.start + s.width <= 100 for s in segments)


def test_position_bar_says_its_figures_in_words_and_in_a_table():
    html = tag(
        '{% position_bar "Community safety" uid="csb" budget=b allocated=a committed=c paid=p %}',
        b=Decimal("1000"),
        a=Decimal("750"),
        c=Decimal("500"),
        p=Decimal("100.50"),
    )

    assert 'role="img" aria-labelledby="csb-title csb-desc"' in html
    assert "Committed, not yet paid: £399.50." in html
    assert "£399.50</td>" in html
    assert "Not yet allocated" in html
    assert 'id="csb-committed"' in html


def test_position_bar_above_and_without_budget():
    bar = '{% position_bar "F" uid="f" budget=b allocated=a committed=c paid=c %}'
    nothing = Decimal(0)

    above = words(tag(bar, b=Decimal(1000), a=Decimal(1200), c=nothing))
    assert "£200 more is allocated than the budget" in above

    unknown = words(tag(bar, b=None, a=Decimal(1200), c=nothing))
    assert "The budget is not published." in unknown
    assert "Budget not published" in unknown


def test_amount_bars_are_in_proportion_to_the_largest_and_draw_nothing_for_no_amount():
    html = tag(
        '{% amount_bars "Allocated" rows heading="Area" total=t %}',
        rows=[
            {"label": "Birmingham", "amount": Decimal(800), "href": "/areas/birmingham/"},
            {"label": "Dudley", "amount": Decimal(200)},
            {"label": "Walsall", "amount": None},
        ],
        t=Decimal(1000),
    )

    assert 'width="100.00%"' in html
    assert 'width="25.00%"' in html
    assert html.count("<svg") == 2
    assert '<a class="govuk-link" href="/areas/birmingham/">Birmingham</a>' in html
    assert "not published" in html
    assert "£1,000.00" in html


# --- Components -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_component_begins_by_naming_its_parameters_and_compiles(path):
    assert path.read_text().startswith("{% comment %}\n")
    get_template(f"components/{path.name}")


def test_figure_card_names_its_scope_and_links_to_its_records_and_source():
    html = component(
        "figure_card",
        label="Committed",
        scope="2020/21, all areas",
        amount=Decimal("466584"),
        href="/awards/",
        link_text="See 146 awards",
        source="Annual report, para 171",
    )

    assert words(html).startswith("Committed 2020/21, all areas £466,584 See 146 awards")
    assert "under Committed, 2020/21, all areas</span>" in html
    assert "Source: Annual report, para 171" in html


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "Not published"),
        ({"missing": "budget not set"}, "Budget not set"),
        ({"value": "183,851"}, "183,851"),
        ({"value": 0}, "0"),
        ({"amount": Decimal(0)}, "£0"),
        ({"amount": Decimal(8000), "qualifier": "at_least"}, "at least £8,000"),
    ],
)
def test_figure_card_never_shows_nothing_as_nought(given, expected):
    assert words(component("figure_card", label="Budget", **given)) == f"Budget {expected}"


def test_chain_tells_in_order_where_a_pound_went():
    html = component(
        "chain",
        steps=[
            {"kind": "funding_source", "name": "Main grant", "amount": None},
            {"kind": "budget", "name": "Safety", "amount": Decimal(10), "implied": True},
            {"kind": "payment", "name": "Remedi", "amount": Decimal(5), "qualifier": "about"},
        ],
    )

    assert "<ol" in html
    assert words(html) == (
        "The money comes from Main grant amount not published It was budgeted for Safety £10 "
        "Not published: the sum of what is known below it It was paid to Remedi about £5"
    )


def test_amount_in_text():
    assert words(component("amount", amount=None)) == "not published"
    assert words(component("amount", amount=Decimal(5))) == "£5.00"
    assert words(component("amount", amount=Decimal(5), qualifier="under", whole=True)) == (
        "under £5"
    )


def test_reported_total_stands_beside_what_is_itemised_and_says_which_is_which():
    html = words(
        component(
            "reported_total",
            what="Active Citizens Fund grants",
            reported=Decimal(2700000),
            reported_qualifier="about",
            reported_count="589 projects",
            source="Annual report 2020/21",
            itemised=Decimal(13000),
            itemised_count="2 awards",
        )
    )
    assert "Reported total about £2,700,000 589 projects As printed in Annual report" in html
    assert "Itemised in this register £13,000 2 awards" in html
    assert "not added together" in html


def test_table_marks_heads_and_figures():
    html = component(
        "table",
        caption="Spent by year",
        columns=[{"label": "Year"}, {"label": "Spent", "numeric": True}],
        rows=[[{"text": "2019/20", "href": "/x/"}, "£10.00"], ["2020/21", None]],
        total=["Total", "£10.00"],
    )
    assert 'role="region" aria-label="Spent by year" tabindex="0"' in html
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 3
    assert '<a class="govuk-link" href="/x/">2019/20</a>' in html
    assert '<td class="govuk-table__cell govuk-table__cell--numeric">not published</td>' in html


def test_summary_list_says_what_is_not_published():
    html = words(
        component(
            "summary_list",
            rows=[
                {"key": "Purpose", "value": "Litter picking"},
                {"key": "Ring-fence", "value": None, "missing": "none"},
                {"key": "Lead", "value": ""},
            ],
        )
    )
    assert html == "Purpose Litter picking Ring-fence none Lead not published"


def test_missing_counts_have_reasons():
    assert words(component("missing", reason="not_received")) == "not received"
    assert words(component("missing", reason="hidden")) == "hidden: small number"


def test_text_is_escaped():
    html = component("notice", title="<b>", text="<script>alert(1)</script>")
    assert "<script>" not in html
    assert "&lt;b&gt;" in html
    scroller = tag(
        "{% scroller label=label %}{{ inside }}{% endscroller %}", label='"<', inside="<"
    )
    assert 'aria-label="&quot;&lt;"' in scroller
    assert ">&lt;</div>" in scroller


# --- Lists ----------------------------------------------------------------------------------------


def test_pagination_keeps_filters_and_marks_the_present_page():
    request = RequestFactory().get("/awards/", {"area": "dudley", "page": "4"})
    html = tag("{% pagination page_obj %}", request, page_obj=Paginator(range(500), 25).page(4))

    assert 'href="?area=dudley&amp;page=5" rel="next"' in html
    assert 'href="?area=dudley&amp;page=3" rel="prev"' in html
    assert html.count('aria-current="page"') == 1
    assert 'aria-label="Page 20"' in html


def test_one_page_needs_no_pagination():
    request = RequestFactory().get("/awards/")
    html = tag("{% pagination page_obj %}", request, page_obj=Paginator(range(5), 25).page(1))
    assert html.strip() == ""


def test_cursor_pagination_keeps_filters():
    request = RequestFactory().get("/awards/", {"area": "dudley", "cursor": "a"})
    html = tag('{% include "components/cursor_pagination.html" with next="b" only %}', request)
    assert 'href="?area=dudley&amp;cursor=b" rel="next"' in html
    assert 'rel="prev"' not in html


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


def chips(query):
    request = RequestFactory().get("/awards/?" + query)
    html = tag("{% filter_chips form %}", request, form=Filters(request.GET or None))
    found = re.findall(r'class="cr-chip" href="([^"]*)"[^>]*>(.*?)</a>', html)
    return {words(text).removeprefix("Remove filter "): href for href, text in found}


def test_each_filter_in_use_has_a_link_without_it():
    assert chips("area=coventry&area=dudley&year=2020-21&page=3&sort=name") == {
        "Area: Coventry": "/awards/?area=dudley&amp;year=2020-21&amp;sort=name",
        "Area: Dudley": "/awards/?area=coventry&amp;year=2020-21&amp;sort=name",
        "Year: 2020/21": "/awards/?area=coventry&amp;area=dudley&amp;sort=name",
    }


def test_chips_of_dates_words_and_ticks():
    assert chips("since_day=1&since_month=4&since_year=2020&open_only=on&q=%3Cb%3E") == {
        "Words: &lt;b&gt;": "/awards/?since_day=1&amp;since_month=4&amp;since_year=2020"
        "&amp;open_only=on",
        "Since: 1 April 2020": "/awards/?open_only=on&amp;q=%3Cb%3E",
        "Open only: yes": "/awards/?since_day=1&amp;since_month=4&amp;since_year=2020"
        "&amp;q=%3Cb%3E",
    }


@pytest.mark.parametrize("query", ["", "q=", "year=1066", "area=atlantis", "since_day=x"])
def test_no_chips_without_valid_filters(query):
    assert chips(query) == {}


# --- Forms ----------------------------------------------------------------------------------------


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


# --- Pages ----------------------------------------------------------------------------------------


def page(path="/funds/csb/", **context):
    request = RequestFactory().get(path)
    return render_to_string("404.html", context, request)


def test_page_has_its_landmarks_and_names_the_office():
    html = page(office={"name": "Office of Somewhere", "site_name": "Our Register"})

    assert '<html lang="en"' in html
    assert "<title>Page not found – Our Register – Office of Somewhere</title>" in html
    assert html.count("<h1") == html.count("<main ") == html.count("<header ") == 1
    assert html.index('href="#main-content"') < html.index("<header")
    assert '<link rel="canonical" href="http://testserver/funds/csb/">' in html
    assert "Open Government Licence" in html


def test_navigation_marks_the_present_section_only():
    html = page("/funds/csb/")
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', html) == [("/funds/", "true")]
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', page("/")) == [("/", "page")]


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_pages_for_accidents_need_no_request_and_no_context(template):
    html = get_template(template).render()
    assert "<h1" in html
    assert "canonical" not in html


TEMPLATES = [
    *COMPONENTS,
    *(ROOT / "templates" / name for name in OWN_PAGES),
    *sorted((ROOT / "templates" / "forms").rglob("*.html")),
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_inline_script_or_style(path):
    source = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


def test_nothing_claims_to_be_gov_uk():
    ours = [*(ROOT / "static").glob("*.*"), *(ROOT / "assets").glob("*.scss"), *TEMPLATES]
    for path in ours:
        text = re.sub(r"//.*|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
        assert not re.search(r"crown|GOV\.UK|Transport", text), path
