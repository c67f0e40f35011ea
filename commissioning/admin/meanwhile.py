"""A form that is older than its record: whoever saves it is told what changed meanwhile.

A form carries how many changes of the record its reader had seen, by others and by the same person
in another window. When there are more by the time it comes back, nothing is saved until its writer
has read of them. What may not be changed any more is refused, and never dropped without a word.
"""

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest

from commissioning.admin.events import lines_of
from commissioning.models import HistoryEvent


def changes_of(modeladmin, request: HttpRequest, obj: Model) -> QuerySet[HistoryEvent]:
    """What was done to the record and to the rows on its page, the newest first."""
    on_page = Q(subject_type=modeladmin.opts.model_name, subject_id=str(obj.pk))
    for inline in modeladmin.get_inline_instances(request, obj):
        parent = inline.get_formset(request, obj).fk.name
        keys = inline.model._base_manager.filter(**{parent: obj}).values_list("pk", flat=True)
        subject = {"subject_type": inline.opts.model_name, "subject_id__in": [*map(str, keys)]}
        on_page |= Q(**subject)
    return HistoryEvent.objects.filter(on_page)


def overtaken(modeladmin, request: HttpRequest, obj: Model | None) -> ValidationError | None:
    """Why a form is not saved yet; None if the record is as its writer saw it."""
    seen = request.POST.get("seen")
    if obj is None or seen is None:
        return None
    done = changes_of(modeladmin, request, obj)
    count = done.count()
    if count == 0 or seen == str(count):
        return None
    (line,) = lines_of(done[:1])
    changes = "; ".join(f"{each.label}: {each.after or 'nothing'}" for each in line.changes)
    what = f"{line.event.verb} ({changes})" if changes else line.event.verb
    who = f"{line.event.by_name} changed this record"
    if line.event.by_id == request.user.pk:
        who = "You changed this record in another window"
    return ValidationError(
        f"{who} while you had it open: {what}. Nothing of this form has been saved yet. Save again "
        "to have it as you wrote it below, or open the record again.",
        code="changed_meanwhile",
    )


def fixed_meanwhile(form_class, request: HttpRequest, obj: Model | None) -> ValidationError | None:
    """Why a form is not saved that would change what may not be changed; None if it would not."""
    if obj is None or request.method != "POST":
        return None
    fixed = [
        str(field.verbose_name)
        for field in [*obj._meta.concrete_fields, *obj._meta.many_to_many]
        if field.name in request.POST
        and field.name not in form_class.base_fields
        and _differs(field, request.POST.getlist(field.name), obj)
    ]
    if not fixed:
        return None
    names = ", ".join(f"“{name[:1].upper()}{name[1:]}”" for name in fixed)
    return ValidationError(
        f"{names} cannot be changed on this page any more, so nothing has been saved. Open the "
        "record again to see what can be changed.",
        code="fixed_meanwhile",
    )


def _differs(field: Field, posted: list[str], obj: Model) -> bool:
    """Whether what a form sent is anything else than what the record holds."""
    asked, value = field.formfield(), field.value_from_object(obj)
    if asked is None:
        return posted[-1] != ("" if value is None else str(value))
    try:
        given = asked.clean(posted if field.many_to_many else posted[-1])
    except ValidationError:
        return True
    if field.many_to_many:
        return {row.pk for row in given} != {row.pk for row in value}
    given = given.pk if isinstance(given, Model) else given
    return given != value and bool(given or value)
