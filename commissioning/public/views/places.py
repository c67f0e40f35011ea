"""Pages of an area and of a theme, and two areas beside one another."""

from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from commissioning import figures
from commissioning.figures import Slice
from commissioning.models import Area, Basis, Theme
from commissioning.public import best_known, listings, stories
from commissioning.public.area_money import best_of_area
from commissioning.public.columns.base import implied_beside
from commissioning.public.comparison import FORMS, CompareForm, of_form, refusal
from commissioning.public.listing import excerpt
from commissioning.public.sections import sections_of
from commissioning.public.shares import implied_list, shares_by_area
from commissioning.public.views.base import PublicPage, crumb, find
from commissioning.public.views.lists import ListPage


class AreasPage(ListPage):
    """The list of areas, with the tile map and the way to compare two."""

    template_name = "public/areas.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            shares=shares_by_area(), compare_form=CompareForm(), **kwargs
        )


class AreaPage(PublicPage):
    template_name = "public/area.html"
    records = listings.AREAS_LISTING

    def get_context_data(self, slug, **kwargs):
        area = find(Area.objects.published().select_related("parent"), slug=slug)
        slice_ = Slice(area=area, published=True)
        by_fund = figures.positions("fund", slice_)
        years = figures.by_year(slice_)
        is_authority = area.kind == Area.Kind.LOCAL_AUTHORITY
        shares = shares_by_area(here=area) if is_authority else None
        allocations = excerpt(listings.ALLOCATIONS, area=area.slug, limit=20)
        decided = excerpt(listings.ALLOCATIONS, limit=0, area=area.slug, basis=Basis.DECIDED.value)
        awards = excerpt(listings.AWARDS, area=area.slug)
        itemised = stories.itemised(area=area.slug)
        best = best_of_area(area)
        return super().get_context_data(
            crumbs_at=crumb(listings.AREAS_LISTING),
            area=area,
            lead=stories.area_lead(area, years, shares, best),
            best=best,
            sections=sections_of(area),
            within=listings.AREAS_LISTING.with_figures(area.children.all()),
            position=by_fund.total if by_fund.rows else None,
            allocated=stories.allocated_bars(years, area=area.slug),
            awarded=stories.year_bars(years, "committed", listings.COMMITMENTS, area=area.slug),
            by_fund=[
                {
                    "label": row.label,
                    "amount": row.position.decided,
                    "href": f"{decided.href}&fund={row.key.slug}",
                }
                for row in by_fund
                if row.position.decided
            ],
            shares=shares,
            recipients=stories.recipients_of(slice_, itemised=itemised, area=area.slug),
            allocations=allocations,
            decided=decided,
            implied_note=implied_beside(by_fund.total.implied),
            implied_href=implied_list(area=area.slug),
            committed_href=f"{listings.COMMITMENTS.address}?area={area.slug}",
            awards=awards,
            awards_total=awards.total.capitalize(),
            decisions=stories.decisions_of(area=area.slug),
            services=excerpt(listings.SERVICES, area=area.slug, leave_out=["areas"]),
            totals=excerpt(listings.REPORTED_TOTALS, area=area.slug),
            **kwargs,
        )


class ThemePage(PublicPage):
    template_name = "public/theme.html"
    records = listings.THEMES

    def get_context_data(self, slug, **kwargs):
        theme = find(Theme.objects.select_related("plan"), slug=slug)
        slice_ = Slice(theme=theme, published=True)
        years = figures.by_year(slice_)
        itemised = stories.itemised(theme=theme.slug)
        recipients = stories.recipients_of(slice_, itemised=itemised, theme=theme.slug)
        return super().get_context_data(
            crumbs_at=crumb(listings.THEMES),
            theme=theme,
            lead=stories.awarded_lead(
                "Awards that serve this theme",
                "the {count} awards that serve this theme",
                years,
                itemised,
                recipients["found"],
            ),
            beside=best_known.sentence_of(theme.funds.filter(is_published=True)),
            sections=sections_of(theme),
            awarded=stories.year_bars(years, "committed", listings.COMMITMENTS, theme=theme.slug),
            awarded_total=recipients["found"].total,
            shares=shares_by_area(theme=theme, chosen={"theme": theme.slug}),
            shares_end=itemised.title_end,
            recipients=recipients,
            funds=excerpt(listings.FUNDS, theme=theme.slug, limit=50),
            awards=excerpt(listings.AWARDS, theme=theme.slug),
            decisions=stories.decisions_of(theme=theme.slug),
            services=excerpt(listings.SERVICES, theme=theme.slug, leave_out=["theme"]),
            **kwargs,
        )


class ComparePage(PublicPage):
    """Two areas with the same figures of each. Without two of them it asks which."""

    template_name = "public/compare.html"
    parameters = ("area", "other")

    def get(self, request, *args, **kwargs):
        # One area alone is a beginning, not a mistake: a link from its page leads here.
        asked = "other" in request.GET
        form = CompareForm(request.GET if asked else None, initial=request.GET.dict())
        comparison = of_form(form)
        context = self.get_context_data(form=form, comparison=comparison, **kwargs)
        return self.render_to_response(context, status=400 if form.errors else 200)

    def get_context_data(self, comparison, **kwargs):
        return super().get_context_data(
            crumbs_at=crumb(listings.AREAS_LISTING),
            comparison=comparison,
            files=comparison.files() if comparison else {},
            **kwargs,
        )


@method_decorator(csrf_exempt, name="dispatch")
class CompareFile(View):
    """The same comparison as a file."""

    http_method_names = ["get", "head"]
    parameters = ComparePage.parameters

    def get(self, request, form):
        if not any(name in request.GET for name in self.parameters):
            raise Http404("There is no file of no areas.")
        asked = CompareForm(request.GET)
        comparison = of_form(asked)
        if comparison is None:
            return refusal(asked)
        return FORMS[form](comparison, request.build_absolute_uri)
