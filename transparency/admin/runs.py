"""What the law asks to be published: what is due, what is not ready and why, and the runs."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from commissioning.admin import seen
from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import moment, person
from commissioning.admin.forms import ReasonForm, VerbForm, prose
from commissioning.admin.links import record_url
from commissioning.admin.verbs import Verb
from transparency import readiness
from transparency.actions import runs
from transparency.content import assemble, lines, total_of
from transparency.duties import DUTIES, Duty, Kind, Period
from transparency.models import Run


class PublishForm(VerbForm):
    """What a later version says is new."""

    change_note = prose(
        "What is new since the version before",
        max_length=1000,
        help_text="Published with the run.",
    )

    def __init__(self, *args, is_first: bool, **kwargs):
        super().__init__(*args, rows=[None], **kwargs)
        if is_first:
            del self.fields["change_note"]


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Versions of runs; made on the page of what is due."""

    verbs = [
        Verb(
            name="withdraw",
            label="Withdraw",
            permissions=["publish_run"],
            relies_on=[],
            explains=(
                "No longer show what it holds, for example because a recipient has to be withheld. "
                "That it was published, and your reason, stay on the public site. Publish another "
                "version afterwards."
            ),
            form=ReasonForm,
            is_possible=lambda run: not run.is_withdrawn,
            do=lambda run, given, by: runs.withdraw(run, reason=given["reason"], by=by),
            done="Withdrawn",
        )
    ]
    list_display = ["what", "period_shown", "number", "lines", "made_at", "made_by", "shown"]
    list_filter = ["kind"]
    list_select_related = ["made_by", "withdrawal"]
    search_fields = ["change_note"]
    date_hierarchy = "starts_on"
    fields = [
        "what",
        "period_shown",
        "number",
        "change_note",
        "lines",
        "sha256",
        moment("made_at", "published at"),
        person("made_by", "published by"),
        "shown",
    ]
    readonly_fields = fields

    def get_urls(self):
        def view(function):
            return self.admin_site.admin_view(function)

        return [
            path("due/", view(self.due_view), name="transparency_due"),
            path(
                "due/<slug:kind>/<slug:slug>/", view(self.publish_view), name="transparency_publish"
            ),
            *super().get_urls(),
        ]

    @admin.display(description="run", ordering="kind")
    def what(self, run: Run) -> str:
        return run.duty.title

    @admin.display(description="period", ordering="starts_on")
    def period_shown(self, run: Run) -> str:
        return run.period.label

    @admin.display(description="lines")
    def lines(self, run: Run) -> int:
        return len(run.content["rows"])

    @admin.display(description="shown")
    def shown(self, run: Run) -> str:
        return f"withdrawn: {run.withdrawal.reason}" if run.is_withdrawn else "yes"

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj else None

    # --- What is due ---

    @method_decorator(require_safe)
    def due_view(self, request):
        """Every run that is due or published, and everything that is withheld."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(
            request,
            "admin/transparency/due.html",
            title="What the law asks to be published",
            due=readiness.due(timezone.localdate()),
            since=readiness.publishes_since(),
            withheld=readiness.withheld(),
        )

    def publish_view(self, request, kind: str, slug: str):
        """What a run would hold, what is not ready for it and why; then the deed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        duty, period = find(kind, slug)
        may_publish = request.user.has_perm("transparency.publish_run")
        versions = Run.objects.published().filter(
            kind=duty.kind, starts_on=period.first_day, ends_on=period.last_day
        )
        posted = request.POST if request.method == "POST" else None
        form = PublishForm(posted, is_first=not versions)
        if request.method == "POST":
            if not may_publish:
                raise PermissionDenied
            if form.is_valid():
                answer = self._publish(request, duty, period, form)
                if answer is not None:
                    return answer
        content = assemble(duty, period, request.build_absolute_uri)
        return self._page(
            request,
            "admin/transparency/publish.html",
            title=f"{duty.title}, {period.label}",
            duty=duty,
            period=period,
            content=content,
            lines=lines(content),
            total=total_of(content),
            obstacles=[(one, record_url(one.record)) for one in readiness.obstacles(duty, period)],
            versions=versions,
            form=form,
            seen=seen.fingerprint(runs.checksum(content), runs.last_number(duty, period)),
            may_publish=may_publish,
            too_early=duty.begins_on(period) > timezone.localdate(),
            due_on=duty.due_on(period),
        )

    def _publish(self, request, duty: Duty, period: Period, form: PublishForm):
        try:
            with transaction.atomic():
                run = runs.publish(
                    duty,
                    period,
                    absolute=request.build_absolute_uri,
                    on=timezone.localdate(),
                    by=request.user,
                    change_note=form.cleaned_data.get("change_note", ""),
                )
                seen.still_so(request.POST.get(seen.FIELD), run.sha256, run.number - 1)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            return None
        messages.success(request, f"Published: {run}.")
        return HttpResponseRedirect(reverse("admin:transparency_due"))

    def _page(self, request, template: str, **context):
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            template,
            {**self.admin_site.each_context(request), "opts": self.opts, **context},
        )


def find(kind: str, slug: str) -> tuple[Duty, Period]:
    """The duty and period of an address; 404 for none."""
    duty = DUTIES.get(Kind(kind)) if kind in Kind.values else None
    period = duty.period(slug) if duty else None
    if period is None:
        raise Http404
    return duty, period
