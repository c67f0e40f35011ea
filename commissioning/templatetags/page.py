"""Parts of a page that need to know the request: navigation, pages of a list, filters in use."""

import re

from django import forms, template
from django.urls import get_script_prefix
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from commissioning.public import documents
from commissioning.templatetags.figures import date_with_precision

register = template.Library()

# The public addresses promised in docs: a name and where it begins.
SECTIONS = (
    ("Home", ""),
    ("Funds", "funds/"),
    ("Areas", "areas/"),
    ("Awards", "awards/"),
    ("Organisations", "organisations/"),
    ("Services", "services/"),
    ("Programmes", "programmes/"),
    ("Decisions", "decisions/"),
    ("Annual reports", "reports/"),
    ("Data and API", "data/"),
)

# As the pages write a heading that can be linked to.
HEADING = re.compile(r'<h2 class="govuk-heading-m" id="([-\w]+)">([^<]+)</h2>')

# Where in a list one stands is no filter, and a changed filter starts at the beginning again.
PLACES_IN_A_LIST = ("page", "cursor")


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context):
    """The sections of the site, the present one marked."""
    request = context.get("request")
    prefix = get_script_prefix()
    here = request.path if request else None
    items = []
    for label, place in SECTIONS:
        href = prefix + place
        current = here == href
        within = bool(here and place and here.startswith(href) and not current)
        items.append({"label": label, "href": href, "current": current, "within": within})
    return {"items": items}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page_obj):
    """Numbered pages of a list; filters in the address stay. Nothing for a single page."""
    paginator = page_obj.paginator
    numbers = paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    return {
        "request": context["request"],
        "page_obj": page_obj,
        "links": [
            {"number": number, "href": _address(context["request"].GET, page=number)}
            for number in numbers
        ],
        "gap": paginator.ELLIPSIS,
        "previous": page_obj.has_previous()
        and _address(context["request"].GET, page=page_obj.previous_page_number()),
        "next": page_obj.has_next()
        and _address(context["request"].GET, page=page_obj.next_page_number()),
    }


def _address(params, **changes) -> str:
    params = params.copy()
    for name, value in changes.items():
        params[name] = value
    return f"?{params.urlencode()}"


@register.inclusion_tag("components/filter_chips.html", takes_context=True)
def filter_chips(context, form):
    """What a bound filter form holds, each value with a link that takes it out again."""
    request = context["request"]
    chips = []
    if form.is_bound:
        # Filled by validation; a field that failed it is not a filter in use.
        form.is_valid()
        for field in form.visible_fields():
            chips.extend(_chips(field, form.cleaned_data.get(field.name), request))
    return {"chips": chips, "clear_href": request.path}


def _chips(field, value, request) -> list[dict]:
    if value in field.field.empty_values or value is False:
        return []
    names = [field.html_name]
    if isinstance(field.field.widget, forms.MultiWidget):
        names = [field.html_name + suffix for suffix in field.field.widget.widgets_names]
    many = isinstance(field.field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
    chips = []
    for one in value if many else [value]:
        raw = str(field.field.prepare_value(one))
        chips.append(
            {
                "label": field.label,
                "value": _words(field.field, one),
                "href": _without(request, names, raw if many else None),
            }
        )
    return chips


def _words(field, value) -> str:
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance(value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    if isinstance(field, forms.DateField):
        return date_with_precision(value)
    return "yes" if value is True else str(value)


def _without(request, names, value=None) -> str:
    params = request.GET.copy()
    for name in (*names, *PLACES_IN_A_LIST):
        left = [kept for kept in params.getlist(name) if value is not None and kept != value]
        if left and name not in PLACES_IN_A_LIST:
            params.setlist(name, left)
        else:
            params.pop(name, None)
    return f"{request.path}?{params.urlencode()}" if params else request.path


@register.simple_tag(takes_context=True)
def cite(context, text) -> str:
    """Where a record is from; a document that has a page here leads to it."""
    held = _documents(getattr(context, "request", None))
    title, rest = documents.split(text, held)
    if title not in held:
        return text
    return format_html('<a class="govuk-link" href="{}">{}</a>{}', held[title], title, rest)


def _documents(request) -> dict[str, str]:
    """The documents that have a page here, asked for once however many records name one."""
    if request is None:
        return documents.addresses()
    if not hasattr(request, "documents_held"):
        request.documents_held = documents.addresses()
    return request.documents_held


@register.simple_block_tag
def scroller(content, label):
    """Round a table that may be wider than a phone: it scrolls by itself and takes focus.

    {% scroller label="Awards" %}<table class="govuk-table">…</table>{% endscroller %}
    """
    return format_html(
        '<div class="cr-scroller" role="region" aria-label="{}" tabindex="0">{}</div>',
        label,
        content,
    )


@register.simple_block_tag
def contents(content):
    """A list of what is on the page before it: every <h2> with an id. None for fewer than three.

    {% contents %}<h2 class="govuk-heading-m" id="awards">Awards</h2>…{% endcontents %}
    """
    headings = [(key, mark_safe(title)) for key, title in HEADING.findall(content)]
    if len(headings) < 3:
        return content
    items = format_html_join("", '<li><a class="govuk-link" href="#{}">{}</a></li>', headings)
    return format_html(
        '<nav class="cr-contents" aria-labelledby="contents">'
        '<h2 class="cr-contents__title" id="contents">On this page</h2><ol>{}</ol></nav>{}',
        items,
        content,
    )


@register.filter
def beside(columns, row):
    """Each column with its cell, for components/table.html."""
    return list(zip(columns, row, strict=True))


@register.filter
def words_within(text: str, length: int) -> str:
    """The first whole words that fit; a word that is too long by itself is cut."""
    words = text[: length + 1].split(" ")
    fitting = words if len(text) <= length else words[:-1]
    return " ".join(fitting) or text[:length]


@register.filter
def these(counted: str) -> str:
    """ "71 awards" becomes "these 71 awards", "1 award" becomes "this award"."""
    number, _, noun = counted.partition(" ")
    return f"this {noun}" if number == "1" else f"these {counted}"
