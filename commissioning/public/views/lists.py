"""Lists: pages of fifty with filters, and the same records as files."""

from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from commissioning import hooks
from commissioning.public import downloads, facets, keyset, wider
from commissioning.public.keyset import BadCursor, CursorPage
from commissioning.public.listing import BEST, PLACES, Listing, Selection
from commissioning.public.views.base import PublicPage

PER_PAGE = 50


class ListPage(PublicPage):
    """One page of a list. A filter that cannot be used lists nothing and says why (400)."""

    template_name = "public/list.html"
    listing: Listing = None

    @classmethod
    def parameters(cls, listing: Listing, **made_with) -> tuple[str, ...]:
        return (*listing.filter_names, *PLACES)

    def get(self, request, *args, **kwargs):
        selection = Selection(self.listing, request.GET, request)
        context = self.get_context_data(selection=selection, **kwargs)
        return self.render_to_response(context, status=200 if selection.is_valid else 400)

    def get_context_data(self, selection, **kwargs):
        summary = selection.summary
        page = self.page_of(selection)
        columns = self.listing.page_columns
        rows = self.listing.with_figures(page.object_list)
        qualifiers = {getattr(row, "qualifier", "") for row in rows}
        if selection.is_valid:
            facets.show(
                selection.filterset.form, facets.counted(selection.filterset, selection.rows)
            )
        return super().get_context_data(
            listing=self.listing,
            selection=selection,
            form=selection.filterset.form,
            counted=self.listing.counted(summary["count"]),
            summary=summary,
            total=self.listing.total_in_words(summary),
            page_obj=page,
            columns=columns,
            table=[[column.as_cell(row) for column in columns] for row in rows],
            qualifiers=qualifiers,
            files=self.files(selection),
            sorts=self.sorts(selection),
            wider=wider.beside(selection),
            **kwargs,
        )

    def page_of(self, selection: Selection) -> Page | CursorPage:
        """A numbered page of a short list; of a long one what stands behind the cursor."""
        count, cursor = selection.summary["count"], self.request.GET.get("cursor", "")
        if selection.is_long or cursor:
            try:
                return keyset.page_of(selection.complete_rows, PER_PAGE, cursor)
            except BadCursor as error:
                raise Http404("This cursor is not one of ours.") from error
        paginator = Paginator(selection.complete_rows, PER_PAGE)
        paginator.count = count  # counted with the total: not once more
        return paginator.get_page(self.request.GET.get("page"))

    def files(self, selection: Selection) -> dict[str, str]:
        """The same list as files, with the filters in use."""
        # A file has no pages, and refuses to be asked for one.
        used = (*self.listing.filter_names, "sort")
        kept = [(name, value) for name, value in self.request.GET.items() if name in used and value]
        query = f"?{urlencode(kept)}" if kept else ""
        files = {form: self.listing.file(form) + query for form in downloads.FORMS}
        # The standard has no file without records.
        if self.listing.standard and self._of_standard(selection.rows).exists():
            files["standard"] = reverse(self.listing.standard, args=["json"]) + query
        return files

    def _of_standard(self, rows: QuerySet) -> QuerySet:
        """The records of the list that its standard of open data can give."""
        for given in hooks.open_data.of(self.listing.model):
            rows = given(rows)
        return rows

    def sorts(self, selection: Selection) -> list[dict]:
        """The orders that the list can be put in; none where there is only one."""
        labels = {name: sort.label for name, sort in self.listing.sorts.items()}
        if selection.words:
            labels[BEST] = "Best match first"
        if len(labels) < 2:
            return []
        chosen = selection.sort or next(iter(labels))
        return [
            {"name": name, "label": label, "current": name == chosen}
            for name, label in labels.items()
        ]


@method_decorator(csrf_exempt, name="dispatch")
class ListFile(View):
    """The same list as a file."""

    http_method_names = ["get", "head"]
    listing: Listing = None

    @classmethod
    def parameters(cls, listing: Listing) -> tuple[str, ...]:
        return (*listing.filter_names, "sort")

    def get(self, request, form):
        selection = Selection(self.listing, request.GET, request)
        if selection.problem:
            return downloads.refusal(selection)
        return downloads.FORMS[form](selection, request.build_absolute_uri)
