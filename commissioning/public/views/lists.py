"""Lists: pages of fifty with filters, and the same records as files."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from commissioning.public import downloads
from commissioning.public.listing import Listing, Selection
from commissioning.public.views.base import PublicPage

PER_PAGE = 50


class ListPage(PublicPage):
    """One page of a list. A filter that cannot be used lists nothing and says why (400)."""

    template_name = "public/list.html"
    listing: Listing = None

    def get(self, request, *args, **kwargs):
        selection = Selection(self.listing, request.GET, request)
        context = self.get_context_data(selection=selection, **kwargs)
        return self.render_to_response(context, status=200 if selection.is_valid else 400)

    def get_context_data(self, selection, **kwargs):
        summary = selection.summary
        paginator = Paginator(selection.complete_rows, PER_PAGE)
        paginator.count = summary["count"]  # counted with the total: not once more
        page = paginator.get_page(self.request.GET.get("page"))
        columns = self.listing.page_columns
        rows = self.listing.with_figures(page.object_list)
        qualifiers = {getattr(row, "qualifier", "") for row in rows}
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
            files=self.files(),
            sorts=self.sorts(selection),
            **kwargs,
        )

    def files(self) -> dict[str, str]:
        """The same list as files, with the filters in use."""
        kept = [
            (name, value)
            for name, values in self.request.GET.lists()
            for value in values
            if name != "page" and value
        ]
        query = f"?{urlencode(kept)}" if kept else ""
        return {form: self.listing.file(form) + query for form in downloads.FORMS}

    def sorts(self, selection: Selection) -> list[dict]:
        """The orders that the list can be put in; none where there is only one."""
        names = list(self.listing.sorts)
        if len(names) < 2:
            return []
        chosen = selection.sort or names[0]
        return [
            {"name": name, "label": self.listing.sorts[name].label, "current": name == chosen}
            for name in names
        ]


@method_decorator(csrf_exempt, name="dispatch")
class ListFile(View):
    """The same list as a file."""

    http_method_names = ["get", "head"]
    listing: Listing = None

    def get(self, request, form):
        selection = Selection(self.listing, request.GET, request)
        if not selection.is_valid:
            return downloads.refusal(selection)
        return downloads.FORMS[form](selection, request.build_absolute_uri)
