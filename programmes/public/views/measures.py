"""The page of a measure: what it counts, every figure of it, and where they come from."""

from collections.abc import Iterable

from commissioning.public.views.base import PublicPage, crumb, find
from commissioning.public.withholding import address_of, shown
from programmes.figures import Trees, headline
from programmes.models import Measure, Release, ReleasedCell
from programmes.public import listings
from programmes.public.displays import displays
from programmes.public.results import against_targets


class MeasurePage(PublicPage):
    template_name = "programmes/measure.html"
    records = listings.MEASURES

    def get_context_data(self, slug, **kwargs):
        rows = listings.MEASURES.complete(Measure.objects.published())
        measure = find(rows.prefetch_related("indicators"), slug=slug)
        [display] = displays([measure])
        cells = display.cells
        release = cells[0].release if cells else None
        trees = Trees()
        result = headline(measure, cells, measure.targets.all(), trees)
        return super().get_context_data(
            crumbs_at=crumb(listings.MEASURES),
            measure=measure,
            programme=shown(measure.programme),
            service=shown(measure.service),
            result=result if result and result.total.value is not None else None,
            targets=against_targets(measure, cells, trees),
            display=display,
            adds_up=adding_in_words(measure, cells),
            hiding=hiding_in_words(measure, release),
            hidden_count=sum(cell.is_hidden for cell in cells),
            missing_count=sum(bool(cell.missing) for cell in cells),
            release=release,
            sources=sources_of(cells),
            files={
                form: f"{listings.FIGURES.file(form)}?measure={measure.slug}"
                for form in ("csv", "xlsx", "json")
            },
            counted=listings.FIGURES.counted(len(cells)),
            sides=[
                {"name": side.name, "href": address_of(side)}
                for side in (measure.numerator, measure.denominator)
                if shown(side)
            ],
            indicators=[one for one in measure.indicators.all() if one.is_published],
            qualifiers={cell.qualifier for cell in cells},
            **kwargs,
        )


def adding_in_words(measure: Measure, cells: Iterable[ReleasedCell]) -> list[str]:
    """What becomes of the figures over each way in which they lie side by side."""
    ways = {
        "periods": lambda cell: (cell.starts_on, cell.ends_on),
        "areas": lambda cell: cell.area_id,
        "services": lambda cell: cell.service_id,
        "categories": lambda cell: cell.category_id,
    }
    sentences = []
    for plural, part in ways.items():
        if len({part(cell) for cell in cells if not cell.is_total}) > 1:
            words = getattr(measure, f"get_over_{plural}_display")()
            sentences.append(f"Over {plural}: {words}.")
    return sentences


def hiding_in_words(measure: Measure, release: Release | None) -> str:
    """Whether small numbers are hidden, and why not where they are not."""
    if release is None:
        return ""
    if release.basis == Release.Basis.PUBLIC:
        return f"Nothing is hidden: the figures were already public in {release.document}."
    if not measure.counts_people:
        return "Nothing is hidden: no people are counted."
    return (
        f"Numbers from 1 to {measure.small_up_to} are hidden, and as many others as it takes that "
        "none can be worked out. They are shown as [c]."
    )


def sources_of(cells: Iterable[ReleasedCell]) -> list[str]:
    """The documents and the places in them that the figures are from, each once."""
    told = (", ".join(filter(None, [cell.document, cell.source_ref])) for cell in cells)
    return list(dict.fromkeys(filter(None, told)))
