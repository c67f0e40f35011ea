"""The staff site: whose it is, its own pages, and its records in the order of the work."""

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.urls import include, path, reverse
from django.utils.text import slugify

# Which records stand together; one that no group names stands under its app's name at the end.
GROUPS = {
    "Money in": [
        "commissioning.fundingsource",
        "commissioning.fund",
        "commissioning.budget",
        "commissioning.receipt",
    ],
    "Money set aside": ["commissioning.allocation", "commissioning.weighting", "finance.forecast"],
    "Awards": [
        "commissioning.award",
        "commissioning.proposedvariation",
        "commissioning.variation",
        "commissioning.commitment",
        "commissioning.decisionnotice",
        "commissioning.condition",
        "commissioning.instalment",
        "commissioning.payment",
        "commissioning.hold",
    ],
    "Payments to the bank": [
        "finance.paymentbatch",
        "finance.bankaccount",
        "finance.paymentfilelayout",
    ],
    "The ledger": [
        "finance.ledgerline",
        "finance.ledgermatch",
        "finance.ledgerexplanation",
        "finance.monthsignoff",
        "finance.ledgerfile",
        "finance.ledgersource",
    ],
    "Year end": [
        "finance.carryforward",
        "finance.accrual",
        "commissioning.closedyear",
    ],
    "Who and where": [
        "commissioning.organisation",
        "commissioning.area",
        "commissioning.service",
        "commissioning.plan",
        "commissioning.theme",
    ],
    "Programmes and figures": [
        "programmes.programme",
        "programmes.measure",
        "programmes.measurerelation",
        "programmes.observation",
        "programmes.indicator",
        "programmes.target",
        "programmes.breakdown",
        "programmes.category",
        "programmes.localunit",
        "programmes.release",
        "programmes.releasedcell",
    ],
    "Victims’ services": [
        "victims.monitoringreturn",
        "victims.victimsservice",
        "victims.post",
        "victims.indicatorset",
    ],
    "Annual reports": [
        "programmes.report",
        "programmes.reporttable",
        "programmes.edition",
    ],
    "Published totals": ["commissioning.reportedtotal"],
    "Transparency": ["transparency.run", "transparency.problem"],
    "Books": [
        "commissioning.entry",
        "commissioning.historyevent",
        "commissioning.importrun",
    ],
    "Who may decide": [
        "commissioning.delegatedlimit",
        "commissioning.interest",
        "commissioning.override",
    ],
    "Staff": [
        "commissioning.user",
        "auth.group",
        "axes.accessattempt",
        "axes.accesslog",
        "axes.accessfailurelog",
    ],
}


class RecordSearchView(AutocompleteJsonView):
    """What a box that looks records up offers: each record as its admin tells it."""

    def get_queryset(self):
        return super().get_queryset().select_related(*(self.model_admin.list_select_related or ()))

    def serialize_result(self, obj, to_field_name):
        told = getattr(self.model_admin, "told_in_search", str)
        return {**super().serialize_result(obj, to_field_name), "text": told(obj)}


class StaffSite(AdminSite):
    """Django's admin with this project's first page, pages over all records, and order."""

    site_header = "Commissioning Register"
    site_title = "Commissioning Register"
    index_title = "Your work"
    site_url = "/"
    enable_nav_sidebar = True

    def get_urls(self):
        # Needs the apps, which are not ready when this site is made.
        from config import guides

        # Before Django's own, so that the first page is ours.
        own = [app for app in ("commissioning", "finance") if apps.is_installed(app)]
        return [
            path("help/", self.admin_view(guides.guide_page), name="help"),
            path("help/<slug:key>/", self.admin_view(guides.guide_page), name="guide"),
            *(path("", include(f"{app}.admin.urls")) for app in own),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request):
        return RecordSearchView.as_view(admin_site=self)(request)

    def get_app_list(self, request, app_label=None):
        """The records in GROUPS instead of by app."""
        apps = super().get_app_list(request, app_label)
        found = {
            f"{app['app_label']}.{model['object_name'].lower()}": model
            for app in apps
            for model in app["models"]
        }
        groups = [
            _group(name, [found[label] for label in labels if label in found])
            for name, labels in GROUPS.items()
        ]
        named = {label for labels in GROUPS.values() for label in labels}
        for app in apps:
            rest = [
                model
                for model in app["models"]
                if f"{app['app_label']}.{model['object_name'].lower()}" not in named
            ]
            groups.append(_group(app["name"], rest))
        return [group for group in groups if group["models"]]


def _group(name: str, models: list[dict]) -> dict:
    """A group in the shape that Django's templates take for an app."""
    return {
        "name": name,
        "app_label": slugify(name),
        "app_url": reverse("admin:index"),
        "has_module_perms": True,
        "models": models,
    }
