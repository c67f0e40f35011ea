"""Middleware that refuses what no public address takes (commissioning/public/asking.py)."""

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from commissioning.public import asking
from commissioning.public.views.base import PublicPage


class UnknownParametersAreRefused:
    """One sentence and status 400, as a page, as JSON or as text: whatever the address answers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method not in ("GET", "HEAD") or request.path.startswith(reverse("admin:index")):
            return None
        known = asking.parameters_of(view)
        refused = asking.first_refused(request.GET, known)
        return _refusal(request, view, known, *refused) if refused else None


def _refusal(request, view, known, name: str, sentence: str) -> HttpResponseBase:
    name = name[:60].replace("\x00", "")
    of_the_api = hasattr(view, "cls")
    if of_the_api and request.GET.get("format") != "csv":
        return JsonResponse(
            {name: [sentence]}, status=400, json_dumps_params={"ensure_ascii": False}
        )
    made_by = getattr(view, "view_class", None)
    if made_by and issubclass(made_by, PublicPage) and not made_by.content_type:
        left = asking.used(request.GET, known)
        instead = f"{request.path}?{left}" if left else request.path
        context = {"sentence": f"{name}: {sentence}", "instead": instead}
        return render(request, "public/refused.html", context, status=400)
    form = "text/csv" if of_the_api else "text/plain"
    return HttpResponse(f"{name}: {sentence}\n", status=400, content_type=f"{form}; charset=utf-8")
