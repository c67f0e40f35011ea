"""Two people at one form: whoever saves second is told what the first one changed.

A form carries how many changes by others its reader had seen. When there are more by the time it
comes back, nothing is saved until its writer has read of them.
"""

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from commissioning.admin.events import lines_of
from commissioning.models import HistoryEvent


def changes_by_others(modeladmin, request: HttpRequest, obj: Model) -> QuerySet[HistoryEvent]:
    """What others did to the record and to the rows on its page, the newest first."""
    on_page = Q(subject_type=modeladmin.opts.model_name, subject_id=str(obj.pk))
    for inline in modeladmin.get_inline_instances(request, obj):
        parent = inline.get_formset(request, obj).fk.name
        keys = inline.model._base_manager.filter(**{parent: obj}).values_list("pk", flat=True)
        subject = {"subject_type": inline.opts.model_name, "subject_id__in": [*map(str, keys)]}
        on_page |= Q(**subject)
    return HistoryEvent.objects.filter(on_page).exclude(by_id=request.user.pk)


def overtaken(modeladmin, request: HttpRequest, obj: Model | None) -> ValidationError | None:
    """Why a form is not saved yet; None if nobody else has changed the record meanwhile."""
    seen = request.POST.get("seen")
    if obj is None or seen is None:
        return None
    others = changes_by_others(modeladmin, request, obj)
    count = others.count()
    if count == 0 or seen == str(count):
        return None
    (line,) = lines_of(others[:1])
    changes = "; ".join(f"{each.label}: {each.after or 'nothing'}" for each in line.changes)
    what = f"{line.event.verb} ({changes})" if changes else line.event.verb
    return ValidationError(
        f"{line.event.by_name} changed this record while you had it open: {what}. Nothing of yours "
        "has been saved yet. Save again to have it as you wrote it below, or open the record anew.",
        code="changed_meanwhile",
    )
