"""Files of open data."""

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from commissioning.opendata import package
from commissioning.opendata.grants import GrantSelection
from commissioning.public import downloads
from commissioning.public.listings import AWARDS

NONE = (
    "No grant that this asks for can be given as 360Giving data. The standard needs a recipient, "
    "an amount and a day of award of each; /data/ says what is left out.\n"
)


@method_decorator(csrf_exempt, name="dispatch")
class GrantsFile(View):
    """Grants as 360Giving data, with the filters of the list of awards.

    The standard has no package without grants: where there is none, the answer is a sentence (404).
    """

    http_method_names = ["get", "head"]

    @classmethod
    def parameters(cls) -> tuple[str, ...]:
        return (*AWARDS.filter_names, "sort")

    def get(self, request, form):
        selection = GrantSelection(request.GET, request)
        if selection.problem:
            return downloads.refusal(selection)
        if not selection.rows.exists():
            return HttpResponse(NONE, status=404, content_type="text/plain; charset=utf-8")
        return package.download(form, selection, request)
