"""A sheet comes in whole or not at all."""

import pytest

from commissioning.models import (
    Area,
    Fund,
    HistoryEvent,
    Organisation,
)
from commissioning.resources.areas import AreaResource
from commissioning.resources.funds import (
    FundResource,
)
from commissioning.resources.organisations import OrganisationResource
from tests import builders as a
from tests.commissioning.rows.loading import WALSALL, load, refusals

pytestmark = pytest.mark.django_db


def test_rows_are_added_then_found_unchanged_then_changed():
    force = {"code": "WM", "name": "West Midlands", "kind": "police force area"}

    assert load(AreaResource, force, WALSALL) == "2 added, 0 changed, 0 unchanged"
    assert load(AreaResource, force, WALSALL) == "0 added, 0 changed, 2 unchanged"
    moved = {**WALSALL, "parent_code": "WM"}
    assert load(AreaResource, force, moved) == "0 added, 1 changed, 1 unchanged"

    walsall = Area.objects.get(code="E08000030")
    assert (walsall.slug, walsall.parent.kind) == ("walsall", Area.Kind.FORCE)
    told = HistoryEvent.objects.filter(subject_type="area", subject_id=walsall.pk)
    assert sorted(told.values_list("verb", flat=True)) == ["added", "changed"]


def test_one_wrong_row_keeps_all_rows_out_and_every_wrong_row_is_told():
    said = refusals(
        AreaResource,
        WALSALL,
        {**WALSALL, "code": "E2", "name": "Dudley", "parent_code": "E09"},
        {**WALSALL, "code": "E3", "name": "", "kind": "town"},
        {**WALSALL, "code": "E4"},
    )

    assert said == [
        "Row 3, parent_code: there is no area with code “E09”.",
        "Row 4, name: fill this in.",
        "Row 4, kind: “town” is not one of: region, force (police force area), local_authority "
        "(local authority area), neighbourhood_unit (neighbourhood policing unit), other (other "
        "place).",
        "Row 5, name: “Walsall”: Area with this Name already exists.",
    ]
    assert not Area.objects.exists()


def test_wrong_columns_are_told_before_any_row_is_read():
    assert refusals(AreaResource, {"code": "E1", "nmae": "Walsall", "kind": "town"}) == [
        "There is no column called “nmae”. The columns are code, name, slug, kind, parent_code, "
        "tile_row, tile_column, note.",
        "The file lacks the column “name”.",
    ]


def test_the_same_record_in_two_rows_is_refused():
    assert refusals(AreaResource, WALSALL, {**WALSALL, "name": "Walsall town"}) == [
        "Row 3: row 2 is about the same record."
    ]


def test_a_part_may_stand_above_its_whole():
    ward = {"code": "W1", "name": "Bloxwich", "kind": "other", "parent_code": "E08000030"}

    assert load(AreaResource, ward, WALSALL) == "2 added, 0 changed, 0 unchanged"
    assert Area.objects.get(code="W1").parent.name == "Walsall"


def test_areas_inside_each_other_are_refused_with_a_sentence():
    rows = [
        {"code": "A", "name": "A", "kind": "other", "parent_code": "B"},
        {"code": "B", "name": "B", "kind": "other", "parent_code": "A"},
    ]

    assert "Row 2, parent_code: there is no area with code “B”." in refusals(AreaResource, *rows)


def test_a_column_left_out_keeps_what_is_recorded_and_a_blank_cell_empties_it():
    load(AreaResource, {**WALSALL, "note": "Old town hall."})

    load(AreaResource, WALSALL)
    assert Area.objects.get().note == "Old town hall."
    load(AreaResource, {**WALSALL, "note": " ", "slug": ""})
    assert (Area.objects.get().note, Area.objects.get().slug) == ("", "walsall")


def test_the_address_of_a_published_record_stays():
    fund = a.a_fund("Active Citizens")
    row = {"code": fund.code, "name": "Active Citizens Fund"}

    assert refusals(FundResource, {**row, "slug": "acf"}) == [
        "Row 2, slug: “acf”: Active Citizens is published, so its address stays."
    ]
    load(FundResource, {**row, "slug": ""})
    assert Fund.objects.get().slug == "active-citizens"


def test_a_made_slug_is_one_that_nobody_has():
    a.an_organisation("Refuge", slug="refuge", code="first")

    load(OrganisationResource, {"code": "second", "name": "Refuge", "kind": "charity"})

    assert Organisation.objects.get(code="second").slug == "refuge-2"


def test_a_row_asks_nothing_of_the_database_for_the_codes_that_it_names(
    django_assert_max_num_queries,
):
    areas, force = [a.an_area() for _ in range(30)], a.an_organisation()
    rows = [
        {
            "code": f"org-{n}",
            "name": f"Organisation {n}",
            "kind": "charity",
            "parent_code": force.code,
            "area_codes": "; ".join(area.code for area in areas),
            "other_names": f"O{n}",
        }
        for n in range(20)
    ]
    by = a.a_user(superuser=True)
    load(OrganisationResource, *rows, by=by)

    savepoints_of_rows = 4 * len(rows)
    with django_assert_max_num_queries(savepoints_of_rows + 16):
        assert load(OrganisationResource, *rows, by=by) == "0 added, 0 changed, 20 unchanged"
