"""The search page: everything public by its words, and how browsers find it."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse

from commissioning.public.views.base import PublicPage
from search import spelling
from search.public.results import results_of
from search.queries import LONGEST, MOST, MOST_WORDS, Question, Results
from search.sources import ALL, BY_KIND

PER_PAGE = 20


class SearchPage(PublicPage):
    """Results, best first. A kind that there is none of lists nothing and says so (400)."""

    template_name = "search/search.html"
    parameters = ("q", "kind", "page")

    def get(self, request, *args, **kwargs):
        kind = request.GET.get("kind", "")
        context = self.get_context_data(kind=kind, **kwargs)
        is_valid = not kind or kind in BY_KIND
        return self.render_to_response(context, status=200 if is_valid else 400)

    def get_context_data(self, kind, **kwargs):
        asked = self.request.GET.get("q", "")
        question = Question.of(asked)
        results = Results(question, kind)
        paginator = Paginator(results.documents(), PER_PAGE)
        paginator.count = min(results.count, MOST)  # counted with the kinds: not once more
        page = paginator.get_page(self.request.GET.get("page"))
        helped = not results.total or results.is_partial
        return super().get_context_data(
            question=question,
            results=results,
            kind=kind,
            source=BY_KIND.get(kind),
            unknown_kind=kind[:40] if kind and kind not in BY_KIND else "",
            was_cut=len(asked) > LONGEST or len(question.words) == MOST_WORDS,
            most=f"{MOST:,}",
            tabs=self._tabs(question, results),
            page_obj=page,
            found=results_of(page.object_list, question),
            **(self._help(question) if helped else {}),
            browse=[source.listing for source in ALL],
            **kwargs,
        )

    def _help(self, question: Question) -> dict:
        """Other searches that find something."""
        better = spelling.better(question)
        words = spelling.known(question) if len(question.words) > 1 else []
        return {
            "meant": self._address(better) if better else None,
            "known": [{**word, **self._address(word["word"])} for word in words],
        }

    def _tabs(self, question: Question, results: Results) -> list[dict]:
        """Everything, then each kind that there is any of; the one that is open always."""
        tabs = [{"label": "Everything", "count": results.total, "kind": ""}]
        tabs += [
            {
                "label": source.listing.title,
                "count": results.counts.get(source.kind, 0),
                "kind": source.kind,
            }
            for source in ALL
            if results.counts.get(source.kind) or source.kind == results.kind
        ]
        return [
            {
                **tab,
                **self._address(question.text, tab["kind"]),
                "count": f"{tab['count']:,}",
                "current": tab["kind"] == results.kind,
            }
            for tab in tabs
        ]

    @staticmethod
    def _address(text: str, kind: str = "") -> dict:
        """The search for a text, and its address."""
        chosen = {"q": text, **({"kind": kind} if kind else {})}
        return {"text": text, "href": f"{reverse('search:search')}?{urlencode(chosen)}"}


class OpenSearch(PublicPage):
    """How a browser offers this site among its search engines (OpenSearch 1.1)."""

    template_name = "search/opensearch.xml"
    content_type = "application/opensearchdescription+xml"

    def get_context_data(self, **kwargs):
        address = self.request.build_absolute_uri(reverse("search:search"))
        return super().get_context_data(address=address, **kwargs)
