"""Annual reports: the list of them, each as its latest edition, earlier editions, and files."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from commissioning.public.views.base import PublicPage
from programmes.annual_report import as_published
from programmes.documents import FORMS, kept
from programmes.documents.page import shown
from programmes.models import Edition


def editions_of(slug: str) -> list[Edition]:
    """The editions of a report, the latest first; 404 for a report that was never published."""
    editions = Edition.objects.published().filter(report__slug=slug).select_related("report")
    # Only one of them is shown, so only its content is read.
    found = list(editions.order_by("-number").defer("content"))
    if not found:
        raise Http404
    return found


def numbered(editions: list[Edition], number: int) -> Edition:
    """The edition with this number; 404 for none."""
    for edition in editions:
        if edition.number == number:
            return edition
    raise Http404


class ReportsPage(PublicPage):
    """Every published report, the latest first."""

    template_name = "programmes/reports.html"

    def get_context_data(self, **kwargs):
        editions = Edition.objects.published().select_related("report").defer("content")
        latest: dict[int, Edition] = {}
        for edition in editions.order_by("-report__starts_on", "-number"):
            latest.setdefault(edition.report_id, edition)
        return super().get_context_data(editions=list(latest.values()), **kwargs)


class ReportPage(PublicPage):
    """One edition of a report: the latest, unless one is named."""

    template_name = "programmes/report.html"

    @classmethod
    def is_there(cls, slug, number=None) -> bool:
        editions = Edition.objects.published().filter(report__slug=slug)
        return (editions if number is None else editions.filter(number=number)).exists()

    def get_context_data(self, slug, number=None, **kwargs):
        editions = editions_of(slug)
        edition = editions[0] if number is None else numbered(editions, number)
        report = as_published(edition)
        return super().get_context_data(
            crumbs_at={"label": "Annual reports", "href": reverse("programmes:reports")},
            edition=edition,
            report=report,
            is_latest=edition == editions[0],
            latest_href=editions[0].report.get_absolute_url(),
            others=[
                {"edition": other, "href": other.get_absolute_url()}
                for other in editions
                if other != edition
            ],
            files=[
                {"label": form.label, "href": file_address(edition, form.name)}
                for form in FORMS.values()
            ],
            **shown(report),
            **kwargs,
        )


def file_address(edition: Edition, form: str) -> str:
    return reverse(f"programmes:edition-{form}", args=[edition.report.slug, edition.number])


@csrf_exempt
@require_safe
def edition_file(request, slug: str, number: int, form: str) -> HttpResponse:
    """An edition as a file to keep."""
    edition = numbered(editions_of(slug), number)
    made = FORMS[form]
    name = f"annual-report-{slug}-edition-{number}.{form}"
    return HttpResponse(
        kept(edition, made),
        content_type=made.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
