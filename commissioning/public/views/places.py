"""Pages of an area and of a theme."""

from commissioning import figures
from commissioning.figures import Slice
from commissioning.models import Area, Theme
from commissioning.public import listings
from commissioning.public.listing import excerpt
from commissioning.public.sections import sections_of
from commissioning.public.views.base import PublicPage, crumb, find


class AreaPage(PublicPage):
    template_name = "public/area.html"

    def get_context_data(self, slug, **kwargs):
        area = find(Area.objects.published().select_related("parent"), slug=slug)
        by_fund = figures.positions("fund", Slice(area=area, published=True))
        awards = excerpt(listings.AWARDS, area=area.slug)
        allocations = excerpt(listings.ALLOCATIONS, area=area.slug, limit=20)
        return super().get_context_data(
            crumbs_at=crumb(listings.AREAS_LISTING),
            area=area,
            sections=sections_of(area),
            within=listings.AREAS_LISTING.with_figures(area.children.all()),
            position=by_fund.total if by_fund.rows else None,
            by_fund=[
                {
                    "label": row.label,
                    "amount": row.position.allocated,
                    "href": f"{allocations.href}&fund={row.key.slug}",
                }
                for row in by_fund
            ],
            allocations=allocations,
            committed_href=f"{listings.COMMITMENTS.address}?area={area.slug}",
            awards=awards,
            awards_total=awards.total.capitalize(),
            services=excerpt(listings.SERVICES, area=area.slug, leave_out=["areas"]),
            totals=excerpt(listings.REPORTED_TOTALS, area=area.slug),
            **kwargs,
        )


class ThemePage(PublicPage):
    template_name = "public/theme.html"

    def get_context_data(self, slug, **kwargs):
        theme = find(Theme.objects.select_related("plan"), slug=slug)
        return super().get_context_data(
            crumbs_at=crumb(listings.THEMES),
            theme=theme,
            sections=sections_of(theme),
            funds=excerpt(listings.FUNDS, theme=theme.slug, limit=50),
            awards=excerpt(listings.AWARDS, theme=theme.slug),
            services=excerpt(listings.SERVICES, theme=theme.slug, leave_out=["theme"]),
            **kwargs,
        )
