"""Runs as they were published, their files, and where to say that something is wrong."""

import json

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from commissioning import workbooks
from commissioning.days import in_words
from commissioning.money import exact_pounds
from commissioning.public.downloads import LICENCE, LICENCE_ADDRESS
from commissioning.public.views.base import PublicPage
from commissioning.visitors import client_network
from transparency import readiness
from transparency.actions import problems
from transparency.content import as_csv, lines, plain, total_of
from transparency.duties import DUTIES, Kind
from transparency.models import Run
from transparency.public.forms import ProblemForm

# How many messages one address may send in an hour.
MOST_AN_HOUR = 10
HOUR = 3600


def duty_of(kind: str):
    if kind not in Kind.values:
        raise Http404
    return DUTIES[Kind(kind)]


def run_of(kind: str, period: str, number: int) -> Run:
    duty = duty_of(kind)
    found = duty.period(period)
    run = found and (
        Run.objects.published()
        .filter(kind=kind, starts_on=found.first_day, ends_on=found.last_day)
        .filter(number=min(number, 30_000))
        .first()
    )
    if not run:
        raise Http404
    return run


class DutyPage(PublicPage):
    """All runs of one kind, the newest first."""

    template_name = "transparency/duty.html"

    @classmethod
    def is_there(cls, kind) -> bool:
        return kind in Kind.values

    def get_context_data(self, kind, **kwargs):
        duty = duty_of(kind)
        return super().get_context_data(
            crumbs_at={"label": "What we publish and when", "href": reverse("transparency")},
            duty=duty,
            since=readiness.publishes_since(),
            runs=Run.objects.published().filter(kind=duty.kind).order_by("-starts_on", "-number"),
            **kwargs,
        )


def shown(content: dict) -> dict:
    """What templates need to show a run."""
    return {"content": content, "lines": lines(content), "total": total_of(content)}


class RunPage(PublicPage):
    """One version of one run."""

    template_name = "transparency/run.html"

    @classmethod
    def is_there(cls, kind, period, number) -> bool:
        try:
            run_of(kind, period, number)
        except Http404:
            return False
        return True

    def get_context_data(self, kind, period, number, **kwargs):
        run = run_of(kind, period, number)
        newer = Run.objects.filter(
            kind=kind, starts_on=run.starts_on, ends_on=run.ends_on, number__gt=run.number
        )
        return super().get_context_data(
            crumbs_at={"label": run.duty.title, "href": reverse("transparency:duty", args=[kind])},
            run=run,
            **({} if run.is_withdrawn else shown(run.content)),
            newest=newer.order_by("-number").first(),
            **kwargs,
        )


@method_decorator(csrf_exempt, name="dispatch")
class RunFile(View):
    """The lines of a run as a file."""

    http_method_names = ["get", "head"]

    def get(self, request, kind, period, number, form):
        run = run_of(kind, period, number)
        if run.is_withdrawn:
            said = f"This version was withdrawn: {run.withdrawal.reason}\n"
            return HttpResponse(said, status=410, content_type="text/plain; charset=utf-8")
        name = f"{kind}-{run.period.slug}-version-{run.number}"
        return {"csv": _csv, "xlsx": _xlsx, "json": _json}[form](run, name)


def _csv(run: Run, name: str) -> HttpResponse:
    return _to_save(as_csv(run.content), "text/csv; charset=utf-8; header=present", f"{name}.csv")


def _json(run: Run, name: str) -> HttpResponse:
    names = [column["name"] for column in run.content["columns"]]
    told = {
        "licence": LICENCE_ADDRESS,
        "title": str(run),
        "period": {"start": run.starts_on.isoformat(), "end": run.ends_on.isoformat()},
        "published": run.made_at.isoformat(),
        "change_note": run.change_note,
        "count": len(run.content["rows"]),
        "total": run.content["total"],
        "withheld": run.content["withheld"],
        "results": [dict(zip(names, row, strict=True)) for row in run.content["rows"]],
    }
    return _to_save(json.dumps(told, ensure_ascii=False), "application/json", f"{name}.json")


def _xlsx(run: Run, name: str) -> HttpResponse:
    columns = run.content["columns"]

    def cell(column: dict, value: object) -> object:
        if column["kind"] == "money" and value is not None:
            return exact_pounds(value)
        return plain(value)

    sheet = workbooks.Sheet(
        name=run.duty.title,
        title=str(run),
        notes=[run.duty.law, f"Published on {in_words(run.made_at)}.", LICENCE],
        columns=[
            workbooks.Heading(
                column["header"], workbooks.Unit.POUNDS if column["kind"] == "money" else None
            )
            for column in columns
        ],
        rows=[
            [cell(column, value) for column, value in zip(columns, row, strict=True)]
            for row in run.content["rows"]
        ],
        widths=[26] * len(columns),
    )
    return workbooks.download([sheet], f"{name}.xlsx")


def _to_save(text: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# Again, because it has a dispatch of its own: the public side sets no cookie.
@method_decorator(csrf_exempt, name="dispatch")
class ProblemPage(PublicPage):
    """Tell the office that something is wrong on a page: the one form that the public can send.

    Without a session there is nothing to forge, and no cookie is set.
    """

    http_method_names = ["get", "head", "post"]
    template_name = "transparency/problem.html"
    parameters = ("about",)

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        # The form is good for one submission: no two readers are given the same.
        patch_cache_control(response, private=True, no_cache=True)
        return response

    def get_context_data(self, form=None, **kwargs):
        about = self.request.GET.get("about", "").replace("\0", "")[:300]
        host = self.request.get_host()
        form = form or ProblemForm(initial={"about": about} if about else None, host=host)
        return super().get_context_data(form=form, **kwargs)

    def post(self, request, *args, **kwargs):
        form = ProblemForm(request.POST, host=request.get_host())
        if not form.is_valid():
            return self._again(form, 400)
        if _sends_too_much(request):
            instead = f"Please try again in an hour, or {problems.other_way()}."
            form.add_error(None, f"You have sent many messages. {instead}")
            return self._again(form, 429)
        if not form.is_by_a_program:
            try:
                problems.tell(**{name: form.cleaned_data[name] for name in form.KEPT})
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
                return self._again(form, 400)
        return HttpResponseRedirect(reverse("transparency:thanks"), status=303)

    def _again(self, form: ProblemForm, status: int):
        return render(
            self.request, self.template_name, self.get_context_data(form=form), status=status
        )


def _sends_too_much(request) -> bool:
    """Counted by network and forgotten after an hour; the address is kept nowhere else."""
    key = f"problems:{client_network(request)}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) > MOST_AN_HOUR


class ThanksPage(PublicPage):
    template_name = "transparency/thanks.html"
