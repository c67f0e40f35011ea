"""Pages of the money chain above the awards: fund, source of funding, allocation."""

from collections.abc import Iterable

from commissioning import figures, reported
from commissioning.figures import Position, Slice
from commissioning.models import Allocation, Basis, Budget, Fund, FundingSource, ReportedTotal
from commissioning.money import format_pounds
from commissioning.public import best_known, listings, stories
from commissioning.public.chain import of_allocation
from commissioning.public.columns.lines import entries_address
from commissioning.public.columns.register import reported_total_address
from commissioning.public.decided import beside_the_formula
from commissioning.public.listing import excerpt
from commissioning.public.sections import sections_of
from commissioning.public.shares import implied_list, shares_by_area
from commissioning.public.states import state_of
from commissioning.public.views.base import PublicPage, crumb, find
from commissioning.public.withholding import named, shown


def budget_lines(budgets: Iterable[Budget], **slice_options) -> list[dict]:
    """Each budget with its position, for the table of a fund or a source."""
    slice_ = Slice(published=True, **slice_options)
    positions = {row.key.pk: row.position for row in figures.positions("budget", slice_)}
    return [
        {
            "budget": budget,
            "position": positions.get(budget.pk, Position()),
            "source": shown(budget.source),
            "is_published": budget.basis == Basis.DECIDED,
            "entries": entries_address(budget=budget.pk),
        }
        for budget in budgets
    ]


def is_decided(budgets: Iterable[Budget]) -> bool:
    """Whether every budget is one that was decided, and none only implied by what it paid for."""
    return all(budget.basis == Basis.DECIDED for budget in budgets)


def bar_note(budgets: Iterable[Budget], position: Position) -> str:
    """What a reader must know of the bar of a fund or source."""
    notes = []
    if not is_decided(budgets):
        notes.append("Not every budget is published: what is shown is the sum of what is known.")
    if position.implied:
        inferred = format_pounds(position.implied, pence=False)
        notes.append(f"Of what is shown as allocated, {inferred} is inferred from awards.")
    if position.allocated and not position.committed:
        notes.append(
            "No award from this money is recorded in this register. That does not mean that none "
            "was made."
        )
    if position.committed and position.known_paid is None:
        notes.append(
            "No payment is recorded in this register. That does not mean that none was made."
        )
    return " ".join(notes)


class FundPage(PublicPage):
    template_name = "public/fund.html"
    records = listings.FUNDS

    def get_context_data(self, slug, **kwargs):
        funds = Fund.objects.published().select_related("lead", "theme", "successor")
        fund = find(funds.prefetch_related("sources", "names", "predecessors"), slug=slug)
        budgets = list(
            Budget.objects.published().filter(fund=fund).select_related("fund", "source")
        )
        totals = list(
            ReportedTotal.objects.published().filter(fund=fund).select_related("fund", "service")
        )
        awards = excerpt(listings.AWARDS, fund=fund.slug, leave_out=["fund"])
        slice_ = Slice(fund=fund, published=True)
        position = figures.position(slice_)
        years = figures.by_year(slice_)
        itemised = stories.itemised(totals, fund=fund.slug)
        best_known.attach_to_funds([fund])
        recipients = stories.recipients_of(slice_, itemised=itemised, fund=fund.slug)
        shares = shares_by_area(fund=fund, chosen={"fund": fund.slug})
        return super().get_context_data(
            crumbs_at=crumb(listings.FUNDS),
            fund=fund,
            state=state_of(fund),
            story=stories.fund_lead(years, recipients["found"], itemised, fund.best_known),
            sections=sections_of(fund),
            allocated=stories.allocated_bars(years, fund=fund.slug),
            awarded=stories.year_bars(years, "committed", listings.COMMITMENTS, fund=fund.slug),
            # Shares of a few awards would be taken for shares of all that a document reports.
            shares=shares if shares and (shares.is_allocated or itemised.are_all) else None,
            shares_end="" if shares and shares.is_allocated else itemised.title_end,
            implied_href=implied_list(fund=fund.slug),
            recipients=recipients,
            decisions=stories.decisions_of(fund=fund.slug),
            lead=named(fund.lead),
            successor=shown(fund.successor),
            predecessors=[other for other in fund.predecessors.all() if other.is_published],
            sources=[source for source in fund.sources.all() if source.is_published],
            budgets=budget_lines(budgets, fund=fund),
            position=position if budgets else None,
            budget_is_published=is_decided(budgets),
            bar_note=bar_note(budgets, position),
            allocations=excerpt(listings.ALLOCATIONS, fund=fund.slug, leave_out=["fund"], limit=20),
            awards=awards,
            compared=compared(totals, awards.summary, awards.href),
            series=reported.series(totals),
            totals=excerpt(listings.REPORTED_TOTALS, fund=fund.slug, leave_out=["fund"], limit=20),
            services=excerpt(listings.SERVICES, fund=fund.slug),
            conditions=list(fund.conditions.all()),
            entries=entries_address(fund=fund.slug),
            qualifiers={budget.qualifier for budget in budgets} | awards.qualifiers,
            **kwargs,
        )


def compared(totals: Iterable[ReportedTotal], itemised: dict, href: str) -> list[dict]:
    """Reported values of awards beside the awards itemised here."""
    return [
        {
            "total": total,
            "total_href": reported_total_address(total),
            "count": f"{total.count:,} {total.count_of}" if total.count is not None else "",
            # Awards without a published amount are not £0.
            "itemised": itemised["total"] if itemised["count"] else None,
            "itemised_qualifier": itemised["qualifier"],
            "itemised_count": listings.AWARDS.counted(itemised["count"]),
            "href": href,
        }
        for total in totals
        if total.kind == ReportedTotal.Kind.AWARDS
    ]


class SourcePage(PublicPage):
    template_name = "public/source.html"
    records = listings.SOURCES

    def get_context_data(self, slug, **kwargs):
        sources = FundingSource.objects.published().select_related("provider")
        source = find(sources, slug=slug)
        budgets = list(
            Budget.objects.published().filter(source=source).select_related("fund", "source")
        )
        position = figures.position(Slice(source=source, published=True))
        return super().get_context_data(
            crumbs_at=crumb(listings.SOURCES),
            source=source,
            provider=named(source.provider),
            budgets=budget_lines(budgets, source=source),
            position=position if budgets else None,
            budget_is_published=is_decided(budgets),
            bar_note=bar_note(budgets, position),
            funds=excerpt(listings.FUNDS, source=source.slug),
            awards=excerpt(listings.AWARDS, source=source.slug),
            entries=entries_address(source=source.slug),
            **kwargs,
        )


class AllocationPage(PublicPage):
    template_name = "public/allocation.html"
    records = listings.ALLOCATIONS

    def get_context_data(self, pk, **kwargs):
        allocation = find(
            Allocation.objects.published().select_related(
                "area__parent__parent", "budget__fund", "budget__source", "weighting"
            ),
            pk=pk,
        )
        position = figures.position(Slice(allocation=allocation, published=True))
        commitments = excerpt(
            listings.COMMITMENTS,
            allocation=allocation.pk,
            leave_out=["fund", "area"],
            sort="largest",
            limit=50,
        )
        return super().get_context_data(
            crumbs_at={
                "label": allocation.budget.fund.name,
                "href": allocation.budget.fund.get_absolute_url(),
            },
            allocation=allocation,
            budget=allocation.budget,
            source=shown(allocation.budget.source),
            position=position,
            paid=position.known_paid,
            steps=of_allocation(allocation),
            formula=beside_the_formula(allocation),
            commitments=commitments,
            entries=excerpt(
                listings.ENTRIES,
                allocation=allocation.pk,
                leave_out=["fund", "area"],
                limit=20,
            ),
            **kwargs,
        )
