"""Filters and chips of lists."""

import re

import pytest
from django.core.paginator import Paginator
from django.test import RequestFactory

from tests.components.rendering import (
    Filters,
    tag,
    words,
)


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
