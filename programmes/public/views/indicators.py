"""The page of one of the plan’s indicators: its measures, each with its figures."""

from commissioning.public.views.base import PublicPage, crumb, find
from programmes.models import Indicator
from programmes.public import listings
from programmes.public.displays import displays


class IndicatorPage(PublicPage):
    template_name = "programmes/indicator.html"
    records = listings.INDICATORS

    def get_context_data(self, slug, **kwargs):
        indicator = find(listings.INDICATORS.complete(Indicator.objects.published()), slug=slug)
        measures = [measure for measure in indicator.measures.all() if measure.is_published]
        return super().get_context_data(
            crumbs_at=crumb(listings.INDICATORS),
            indicator=indicator,
            kind=(
                f"Indicator {indicator.number} of the plan"
                if indicator.number
                else indicator.get_kind_display().capitalize()
            ),
            displays=displays(measures),
            **kwargs,
        )
