"""Pages that look at every app: home, victims' services, data, transparency, and the site's own."""

from datetime import timedelta

import structlog
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, Min, Sum
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from commissioning import reported, triggers
from commissioning.models import (
    Area,
    Award,
    Basis,
    Condition,
    Fund,
    ReportedTotal,
    Service,
    Theme,
)
from commissioning.models.publication import Qualifier
from commissioning.public import exactness, listings
from commissioning.public.listing import Selection, excerpt
from commissioning.public.shares import shares_by_area
from commissioning.public.views.base import PublicPage
from commissioning.years import FinancialYear, period_label
from config import lists
from config.accessibility import statement
from programmes.figures import headline
from programmes.models import Measure, ReleasedCell
from programmes.public import listings as counted
from programmes.public.displays import displays
from programmes.public.filters import RESULTS
from programmes.public.results import attach_results
from transparency.duties import DUTIES

log = structlog.get_logger(__name__)


def covered() -> dict | None:
    """The financial years of what is published, and the day that states from documents are of.

    Of what happened: no budget or forecast of a year to come.
    """
    happened = ReleasedCell.objects.published().exclude(
        qualifier__in=[Qualifier.FORECAST, Qualifier.TARGET]
    )
    spans = [
        happened.filter(ends_on__lte=timezone.localdate()).aggregate(
            first=Min("starts_on"), last=Max("ends_on")
        ),
        Award.objects.published().aggregate(first=Min("awarded_on"), last=Max("awarded_on")),
        Award.objects.published()
        .filter(starts_on__lte=timezone.localdate())
        .aggregate(first=Min("starts_on"), last=Max("starts_on")),
        listings.PAYMENTS.rows().aggregate(first=Min("paid_on"), last=Max("paid_on")),
        listings.DECISIONS.rows().aggregate(first=Min("decided_on"), last=Max("decided_on")),
    ]
    firsts = [span["first"] for span in spans if span["first"]]
    if not firsts:
        return None
    first = FinancialYear.containing(min(firsts))
    last = FinancialYear.containing(max(span["last"] for span in spans if span["last"]))
    funds, services = Fund.objects.published(), Service.objects.published()
    dated = [rows.aggregate(day=Max("status_as_at"))["day"] for rows in (funds, services)]
    return {
        "years": first.label if first == last else f"{first.label} to {last.label}",
        "is_old": last < FinancialYear.containing(timezone.localdate()),
        "as_at": max(filter(None, dated), default=None),
    }


class Home(PublicPage):
    """What there is, and the ways in."""

    template_name = "pages/home.html"

    def get_context_data(self, **kwargs):
        by_area = shares_by_area()
        return super().get_context_data(
            covered=covered(),
            to_areas=allocated_to(Area.Kind.LOCAL_AUTHORITY),
            by_area=by_area,
            area_rows=[row for row in by_area.rows if row.amount is not None] if by_area else [],
            to_force=allocated_to(Area.Kind.FORCE),
            **some_awards(),
            decisions=excerpt(listings.DECISIONS, limit=5),
            payments=excerpt(listings.PAYMENTS, limit=0),
            victims=[found.printed for found in victims_series()],
            supported=victims_supported(),
            has_victims_page=Theme.objects.filter(code=settings.OFFICE["victims_theme"]).exists(),
            funds=funds_with_money(),
            themes=listings.THEMES.complete(Theme.objects.all())
            .filter(award_count__gt=0)
            .order_by("-award_count", "name"),
            counts=[
                {"listing": listing, "count": listing.rows().count()}
                for listing in (
                    counted.PROGRAMMES,
                    counted.MEASURES,
                    counted.INDICATORS,
                    listings.FUNDS,
                    listings.SERVICES,
                    listings.ORGANISATIONS,
                )
            ],
            **kwargs,
        )


def some_awards() -> dict:
    """The latest awards; the largest where no award's day is published."""
    awards = Award.objects.published()
    dated = awards.filter(awarded_on__isnull=False).exists()
    shown = excerpt(
        listings.AWARDS, limit=6, leave_out=["areas"], sort="latest" if dated else "largest"
    )
    without = shown.summary["without_amount"]
    return {
        "awards": shown,
        "awards_title": "Latest awards" if dated else "Largest awards",
        "awards_exact": exactness.of_awards(awards),
        "awards_note": f"{without:,} more have no published amount." if without else "",
        "awards_href": listings.AWARDS.address,
    }


def allocated_to(kind: str) -> dict:
    """What budgets allocate to areas of one kind, and the list of these allocations.

    Amounts that are only implied by awards are left out: nobody decided on them.
    """
    chosen = f"basis={Basis.DECIDED}&kind={kind}"
    rows = Selection(listings.ALLOCATIONS, QueryDict(chosen)).rows
    span = rows.order_by().aggregate(
        first=Min("budget__starts_on"), last=Max("budget__ends_on"), total=Sum("amount")
    )
    return {
        "total": span["total"],
        "scope": period_label(span["first"], span["last"]),
        "href": f"{listings.ALLOCATIONS.address}?{chosen}",
    }


def funds_with_money(limit: int = 6) -> list[Fund]:
    """The funds with the largest published budgets."""
    funds = listings.FUNDS.with_figures(
        Fund.objects.published().filter(budgets__basis=Basis.DECIDED).distinct()
    )
    known = [fund for fund in funds if fund.open_budget]
    return sorted(known, key=lambda fund: (-fund.position.budget, fund.name))[:limit]


def victims_measures() -> list[Measure]:
    """The measures that say how many victims were supported, in the order of the settings."""
    codes = settings.OFFICE["victims_measures"]
    measures = counted.MEASURES.complete(Measure.objects.published().filter(code__in=codes))
    return sorted(measures, key=lambda measure: codes.index(measure.code))


def supported_over_time() -> dict:
    """The measures with figures of several periods as tables; a single figure by itself."""
    shown = [display for display in displays(victims_measures()) if display.table]
    return {
        "supported": [display for display in shown if len(display.cells) > 1],
        "single": [
            {"display": display, "result": headline(display.measure, display.cells)}
            for display in shown
            if len(display.cells) == 1
        ],
    }


def victims_supported():
    """The headline of the last of these measures that has one."""
    measures = victims_measures()[::-1]
    attach_results(measures)
    return next((measure.result for measure in measures if measure.result), None)


def victims_funds():
    return Fund.objects.published().filter(theme__code=settings.OFFICE["victims_theme"])


def victims_series() -> list[reported.Series]:
    """Spending on victims' services that documents state by year and in all."""
    totals = ReportedTotal.objects.published().filter(
        fund__in=victims_funds(), kind=ReportedTotal.Kind.SPENDING
    )
    return reported.series(totals.select_related("fund"))


class Victims(PublicPage):
    """The money of victims' services, and how many people they supported."""

    template_name = "pages/victims.html"

    def get_context_data(self, **kwargs):
        theme = get_object_or_404(Theme, code=settings.OFFICE["victims_theme"])
        series = victims_series()
        in_series = {total.pk for found in series for total in (found.printed, *found.parts)}
        totals = ReportedTotal.objects.published().filter(fund__in=victims_funds())
        return super().get_context_data(
            theme=theme,
            **supported_over_time(),
            measures=excerpt(
                counted.MEASURES,
                theme=theme.slug,
                tells=RESULTS,
                limit=20,
                only_if_known=["verdict"],
            ),
            series=series,
            others=totals.exclude(pk__in=in_series).select_related("fund", "service"),
            funds=excerpt(listings.FUNDS, theme=theme.slug, limit=50),
            allocations=listings.ALLOCATIONS.complete(
                listings.ALLOCATIONS.rows().filter(budget__fund__in=victims_funds())
            ),
            awards=excerpt(listings.AWARDS, theme=theme.slug),
            services=excerpt(listings.SERVICES, theme=theme.slug, leave_out=["theme"], limit=20),
            **kwargs,
        )


class Transparency(PublicPage):
    """What is published, where, and what is not."""

    template_name = "pages/transparency.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            conditions=Condition.objects.filter(award__isnull=True, fund__isnull=True),
            duties=DUTIES.values() if apps.is_installed("transparency") else (),
            listings=lists.BY_NAME,
            **kwargs,
        )


class Accessibility(PublicPage):
    """The statement that the accessibility regulations ask for."""

    template_name = "pages/accessibility.html"

    def get_context_data(self, **kwargs):
        form = ""
        if apps.is_installed("transparency"):
            form = f"{reverse('transparency:problem')}?about={reverse('accessibility')}"
        return super().get_context_data(statement=statement(), form=form, **kwargs)


@csrf_exempt
@never_cache
@require_safe
def health(request):
    """200 if the database answers, is migrated and guards the money; 503 with what is wrong."""
    checks = {"database": False, "migrations": False, "triggers": False}
    try:
        connection.ensure_connection()
        checks["database"] = True
        executor = MigrationExecutor(connection)
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["triggers"] = not triggers.missing(connection)
    except DatabaseError:
        pass  # what could not be asked stays False, and says so
    well = all(checks.values())
    if not well:
        log.error("unwell", **checks)
    return JsonResponse(
        {"status": "well" if well else "unwell", **checks}, status=200 if well else 503
    )


@csrf_exempt
@require_safe
def robots(request):
    sitemap = request.build_absolute_uri(reverse("sitemaps"))
    # Searches have no end of addresses, and lead to pages that are in the sitemap.
    apart = ["/staff/", "/api/", "/search/"]
    return _plain(
        [
            "User-agent: *",
            # The longer rule holds: how to use the API is for people too.
            f"Allow: {reverse('api-docs')}",
            *(f"Disallow: {place}" for place in apart),
            f"Sitemap: {sitemap}",
        ]
    )


@csrf_exempt
@require_safe
def security(request):
    """Whom to tell of a weakness in this site (RFC 9116); 404 where the office names nobody."""
    email, website = settings.OFFICE["email"], settings.OFFICE["website"]
    contacts = [f"mailto:{email}"] if email else []
    contacts += [website] if website.startswith("https://") else []
    if not contacts:
        raise Http404
    expires_on = timezone.localdate() + timedelta(days=180)
    return _plain(
        [
            *[f"Contact: {contact}" for contact in contacts],
            f"Expires: {expires_on:%Y-%m-%d}T00:00:00Z",
            "Preferred-Languages: en",
            f"Canonical: {request.build_absolute_uri(request.path)}",
        ]
    )


def _plain(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
