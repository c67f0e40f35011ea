"""Which records are ticked on a list: all of a work list, or those that somebody comes back to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict

from commissioning.admin.columns import list_address

# In the address of a list: the work list that it shows, and what is ticked on it.
WORK_LIST, TICKED, ACTION = "worklist", "ticked", "do"
ALL, AS_LEFT = "all", "as-left"
# In the forms of a staff action: the filters of the list on which its records were ticked.
CAME_FROM = "came_from"
# So many rows of a work list stand on one page, so that one tick each is enough.
PER_PAGE = 500


@dataclass(frozen=True)
class ListItCameFrom:
    """The list on which records were ticked, with its filters, and how to go back to it."""

    model: type[models.Model]
    query: str
    request: HttpRequest

    @classmethod
    def of(cls, request: HttpRequest, model: type[models.Model]) -> "ListItCameFrom":
        """From the forms of a staff action or, for its first page, from the list's own address."""
        query = QueryDict(request.POST.get(CAME_FROM) or request.GET.urlencode(), mutable=True)
        for name in (TICKED, ACTION):
            query.pop(name, None)
        return cls(model, query.urlencode(), request)

    @property
    def address(self) -> str:
        return _with(list_address(self.model), self.query)

    def back(self, keys: str) -> str:
        """The address of the list with the same records ticked; the session keeps which."""
        self.request.session[_key(self.model)] = keys
        return _with(self.address, f"{TICKED}={AS_LEFT}")


def _with(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _key(model: type[models.Model]) -> str:
    return f"ticked-{model._meta.label_lower}"


def tick(rows: Iterable[models.Model], request: HttpRequest) -> None:
    """Mark the rows of a list that are ticked when its page opens."""
    asked = getattr(request, "ticked", "")
    kept = request.session.get(_key(type(row)), "").split(",") if (row := _first(rows)) else []
    for each in rows:
        each.is_ticked = asked == ALL or (asked == AS_LEFT and str(each.pk) in kept)


def _first(rows: Iterable[models.Model]) -> models.Model | None:
    return next(iter(rows), None)


def take_off(request: HttpRequest) -> None:
    """What is ticked and chosen is no filter of the list: Django would refuse it."""
    query = request.GET.copy()
    request.ticked = query.pop(TICKED, [""])[-1]
    request.chosen_action = query.pop(ACTION, [""])[-1]
    request.GET = query


def choose(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Offer the staff action that a bulk link was followed for as already chosen."""
    form = (getattr(response, "context_data", None) or {}).get("action_form")
    if form is not None and request.chosen_action:
        form.fields["action"].initial = request.chosen_action
    return response


class WorkListFilter(admin.SimpleListFilter):
    """Exactly the records of a work list, as the first page shows it to this person."""

    title, parameter_name = "work list", WORK_LIST
    # Set by attention.py, which knows the work lists: key, model and user to the title and rows.
    known = None

    def __init__(self, request, params, model, model_admin):
        key = request.GET.get(WORK_LIST, "")
        self.found = type(self).known(key, model, request.user)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(request.GET.get(WORK_LIST), self.found[0])] if self.found else [("", "none")]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.found is None:
            return queryset.none()
        return queryset.filter(pk__in=self.found[1].order_by().values("pk"))
