"""Whatever is written into a record past the actions is found: history says nothing of it."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from commissioning import checks, integrity_history, record_states
from commissioning.actions import funds, history, records
from commissioning.models import (
    Award,
    ClosedYear,
    Condition,
    DelegatedLimit,
    FundName,
    HistoryEvent,
    OrganisationIdentifier,
    OrganisationName,
    RecordState,
    ServiceName,
)
from commissioning.record_states import BEGIN_WITH_EVENT, WITHOUT_STATES
from commissioning.years import FinancialYear
from tests import builders as a
from tests import standing
from tests.breaking.tools import unguard
from tests.commissioning import staff

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def our_models() -> list[type[models.Model]]:
    return [m for app in settings.OUR_APPS for m in apps.get_app_config(app).get_models()]


def an_office():
    """One of every record, each of which history has recorded, and a database without guards."""
    staff.a_world()
    by = a.a_finance_officer()
    records.save(OrganisationName(organisation=a.an_organisation(), name="Old name"), by=by)
    records.save(FundName(fund=a.a_fund(), name="Old name"), by=by)
    records.save(ServiceName(service=a.a_service(), name="Old name"), by=by)
    number = {"scheme": "GB-CHC", "number": "1090095"}
    records.save(OrganisationIdentifier(organisation=a.an_organisation(), **number), by=by)
    margin = {"reason": "Late grant.", "starts_on": timezone.localdate()}
    funds.authorise_margin(a.a_budget(), a.pounds(5), by=a.a_chief_finance_officer(), **margin)
    for model in record_states.models_with_states():
        for row in model._base_manager.all():
            history.record("looked over", row, by)
    unguard()


office = standing.for_the_module(an_office)


def owner_of(model: type[models.Model]) -> type[models.Model]:
    """The model whose state tells of records of this one."""
    part_of = getattr(model, "part_of", None)
    return model._meta.get_field(part_of).related_model if part_of else model


def another(field: models.Field, value):
    """A different value that the column takes."""
    if field.choices:
        return next(key for key, _ in field.flatchoices if key != value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.JSONField):
        return {"rewritten": True}
    if isinstance(field, models.DateTimeField):
        return (value or datetime(2026, 1, 1, tzinfo=connection.timezone)) + timedelta(seconds=1)
    if isinstance(field, models.DateField):
        return (value or date(2026, 1, 1)) + timedelta(days=1)
    if isinstance(field, models.CharField | models.TextField):
        return f"{value[:-1]}~" if value else "~"
    return (value or 0) + 1


def written(field: models.Field, row: models.Model) -> bool:
    """Whether the database let the column be written by SQL, past every action."""
    value = field.get_db_prep_save(another(field, getattr(row, field.attname)), connection)
    table = row._meta.db_table
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE {table} SET "{field.column}" = %s WHERE id = %s',  # noqa: S608
                [value, row.pk],
            )
    except IntegrityError:
        return False
    return True


def columns_with_states() -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, field)
        for model in our_models()
        if model._meta.label_lower not in WITHOUT_STATES
        for field in record_states._fields(model)
        if not field.primary_key
    ]


def test_a_field_of_any_record_written_by_sql_is_found(office):
    missed, refused = [], []
    for model, field in columns_with_states():
        row = model._base_manager.order_by("-pk").first()
        name = f"{model._meta.label}.{field.name}"
        with transaction.atomic():
            if row is None:
                missed.append(f"no {model._meta.label}")
            elif not written(field, row):
                refused.append(name)
            elif not list(integrity_history.differences(owner_of(model))):
                missed.append(name)
            transaction.set_rollback(True)

    assert sorted(set(missed)) == []
    # What a constraint refuses as it was tried here is found when no constraint stands in the way.
    assert len(refused) < len(columns_with_states()) / 5


def test_a_record_of_any_kind_removed_by_sql_is_found(office):
    missed = []
    for model in our_models():
        if model._meta.label_lower in WITHOUT_STATES:
            continue
        with transaction.atomic():
            row = model._base_manager.order_by("-pk").first()
            assert row is not None, f"the office has no {model._meta.label}"
            model._base_manager.filter(pk=row.pk)._raw_delete("default")
            if not list(integrity_history.differences(owner_of(model))):
                missed.append(model._meta.label)
            transaction.set_rollback(True)

    assert missed == []


def test_another_record_put_into_any_list_is_found(office):
    missed = []
    for model in record_states.models_with_states():
        for field in model._meta.many_to_many:
            row, through = model._base_manager.first(), field.remote_field.through
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {through._meta.db_table} "  # noqa: S608
                    f"({field.m2m_column_name()}, {field.m2m_reverse_name()}) VALUES (%s, 999999)",
                    [row.pk],
                )
                if not list(integrity_history.differences(model)):
                    missed.append(f"{model._meta.label}.{field.name}")
                transaction.set_rollback(True)

    assert missed == []


def test_the_sentence_names_the_record_the_field_and_the_last_event():
    award, other = a.an_award(500), a.an_organisation()
    Award.objects.filter(pk=award.pk).update(recipient=other)

    (said,) = integrity_history.records_are_as_history_says()

    assert said.startswith(f"Award {award.pk} ({award}) was changed outside the actions")
    assert "Not as history last recorded it: recipient. Last event: “approved” by" in said


def test_a_closing_removed_by_sql_is_found():
    closed = funds.close_year(FinancialYear(2001), by=a.a_finance_officer())
    ClosedYear.objects.filter(pk=closed.pk)._raw_delete("default")

    (said,) = integrity_history.records_are_as_history_says()

    assert said.startswith(f"Closed year {closed.pk} is gone, but history does not say")


def test_a_limit_that_nobody_recorded_is_found():
    limit = a.a_limit()
    limit.pk, limit.starts_on = None, date(2030, 1, 1)
    DelegatedLimit.objects.bulk_create([limit])

    (said,) = integrity_history.records_are_as_history_says()

    assert said.endswith("is there, but no event of history says that it was recorded.")


def test_what_the_actions_remove_is_not_missed():
    award = a.a_draft(None)
    records.save(Condition(award=award, text="Report."), by=a.an_officer())
    records.remove(award, by=a.an_officer())

    assert not Condition.objects.filter(award__isnull=False, text="Report.").exists()

    assert list(integrity_history.records_are_as_history_says()) == []


def test_a_rewritten_state_is_found(office):
    with transaction.atomic():
        state = RecordState.objects.filter(fields__isnull=False).first()
        RecordState.objects.filter(pk=state.pk).update(fields={**state.fields, "x": "y"})

        found = list(integrity_history.states_are_whole())
        transaction.set_rollback(True)

    assert found == [
        f"What event {state.event_id} of history says of its records was removed or rewritten."
    ]


def test_a_removed_state_is_found(office):
    with transaction.atomic():
        state = RecordState.objects.order_by("pk").first()
        RecordState.objects.filter(pk=state.pk)._raw_delete("default")

        assert f"What event {state.event_id} of" in "".join(integrity_history.states_are_whole())
        transaction.set_rollback(True)


def test_records_of_an_older_version_are_stated_as_they_are_found():
    a.an_award(500)
    unguard()
    RecordState.objects.all()._raw_delete("default")

    record_states.begin()

    assert list(integrity_history.records_are_as_history_says()) == []
    found = HistoryEvent.objects.filter(verb=record_states.FOUND_VERB)
    assert {event.by_name for event in found} == {"manage.py migrate"}


def test_it_takes_a_fixed_number_of_statements_per_model(office, django_assert_max_num_queries):
    lists = sum(
        len(model._meta.many_to_many) + len(record_states.parts_of(model))
        for model in record_states.models_with_states()
    )
    with django_assert_max_num_queries(lists + 2 * len(record_states.models_with_states())):
        assert list(integrity_history.records_are_as_history_says()) == []


def test_every_model_has_states_or_says_why_not():
    ours = {model._meta.label_lower for model in our_models()}
    parts = {model for model in our_models() if hasattr(model, "part_of")}

    assert set(WITHOUT_STATES) <= ours
    assert ours >= BEGIN_WITH_EVENT
    assert all(owner_of(part) in record_states.models_with_states() for part in parts)


def test_two_models_of_one_name_are_refused():
    twins = [ClosedYear, type("ClosedYear", (), {"_meta": ClosedYear._meta})]

    assert checks.names_are_unique(None) == []
    assert [problem.id for problem in checks.names_are_unique(None, ours=twins)] == [
        "commissioning.E002"
    ]


def test_what_was_repaired_by_hand_is_accepted_under_a_name_and_with_a_reason():
    award, closed = a.an_award(500), funds.close_year(FinancialYear(2003), by=a.an_officer())
    Award.objects.filter(pk=award.pk).update(recipient=a.an_organisation())
    ClosedYear.objects.filter(pk=closed.pk)._raw_delete("default")
    by = a.a_finance_officer()
    said = StringIO()

    call_command("restate_records", by=by.username, reason="Repaired, ticket 12.", stdout=said)

    assert "Accepted as found: 2." in said.getvalue()
    assert list(integrity_history.records_are_as_history_says()) == []
    events = HistoryEvent.objects.filter(reason="Repaired, ticket 12.", by_id=by.pk)
    assert {event.subject_type for event in events} == {"award", "closedyear"}


def test_nothing_is_accepted_in_the_name_of_nobody():
    with pytest.raises(CommandError, match="There is no active account “nobody”"):
        call_command("restate_records", by="nobody", reason="Repaired.")
