"""Each component says what it must."""

from decimal import Decimal

import pytest
from django.template.loader import get_template

from commissioning.models import ReportedTotal
from tests.components.rendering import COMPONENTS, component, tag, words


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
            total=ReportedTotal(
                label="Active Citizens Fund grants",
                amount=Decimal(2700000),
                qualifier="about",
                document="Annual report 2020/21",
            ),
            itemised={
                "itemised": Decimal(13000),
                "itemised_count": "2 awards",
                "count": "589 projects",
            },
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
