"""Page, CSV, XLSX, JSON, API and 360Giving agree on what any filters leave, and on its pounds."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from random import Random

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from commissioning.models import Area, Award, Fund, Organisation, Theme
from commissioning.money import NOTHING
from commissioning.public import facets
from tests.opendata.generated import World
from tests.opendata.reading import GRANTS, content_of, rows_of
from tests.sampling import sample

pytestmark = pytest.mark.django_db

COMBINATIONS, PARTS = 200, 20
Found = tuple[int, Decimal]


def combinations(rng: Random) -> Iterator[dict]:
    """Filters as people combine them: mostly one to three, now and then one that finds nothing."""
    known = {
        "fund": [fund.slug for fund in Fund.objects.published()],
        "area": [area.slug for area in Area.objects.all()],
        "scope": ["force_wide", "local", "not_stated"],
        "theme": [theme.slug for theme in Theme.objects.all()],
        "year": ["2025-26", "2026-27"],
        "kind": Award.Kind.values,
        "status": [status.value for status in Award.PROMISED],
        "recipient_kind": ["charity", "business", "police"],
        "power": Award.LegalPower.values,
        "band": list(facets.BANDS),
        "min": ["0", "1,250", "2500.25"],
        "max": ["2500.25", "£45,000", "90000"],
        "recipient": list(
            Organisation.objects.published()
            .exclude(withhold="name")
            .order_by("slug")
            .values_list("slug", flat=True)[:10]
        ),
        "q": ["street", "youth court", "repair"],
    }
    yield {}
    for _ in range(COMBINATIONS // PARTS - 1):
        names = rng.sample(sorted(known), rng.choice([0, 1, 1, 2, 2, 3, 4]))
        yield {name: rng.choice(known[name]) for name in names}


def added(amounts) -> Found:
    """How many there are, and their pounds; an amount that is not published is none."""
    amounts = list(amounts)
    return len(amounts), sum((Decimal(amount) for amount in amounts if amount), NOTHING)


def on_the_page(client, filters) -> Found:
    page = content_of(client.get("/awards/", filters)).decode()
    found = re.search(
        r"<strong>([\d,]+) awards?</strong>(?:, (?:[a-z ]+ )?£([\d,.]+\.\d\d))?", page
    )
    return int(found[1].replace(",", "")), Decimal((found[2] or "0").replace(",", ""))


def in_csv(client, filters) -> Found:
    return added(row["Amount"] for row in rows_of(client, "/awards.csv", **filters))


def in_xlsx(client, filters) -> Found:
    sheet = load_workbook(BytesIO(content_of(client.get("/awards.xlsx", filters)))).active
    lines = list(sheet.iter_rows(values_only=True))
    head = next(number for number, line in enumerate(lines) if "Amount" in line)
    column = lines[head].index("Amount")
    return added(str(line[column] or "") for line in lines[head + 1 :])


def in_json(client, filters) -> Found:
    posted = json.loads(content_of(client.get("/awards.json", filters)))
    found = added(row["amount"] for row in posted["results"])
    assert (posted["count"], Decimal(posted["total"] or 0)) == found
    return found


def by_api(client, filters) -> Found:
    address, amounts = "/api/v1/awards/?limit=100", []
    while address:
        posted = json.loads(content_of(client.get(address, filters if not amounts else None)))
        amounts += [row["amount"] for row in posted["results"]]
        address = posted["next"]
    return added(amounts)


def as_360giving(client, filters) -> Found:
    answer = client.get(f"{GRANTS}.json", filters)
    if answer.status_code == 404:
        return 0, NOTHING
    grants = json.loads(content_of(answer))["grants"]
    return added(str(grant["amountAwarded"]) for grant in grants)


def is_given(award: Award) -> bool:
    """What the standard takes, in other words than the code's."""
    is_grant = award.kind == "grant" or (award.kind == "other" and award.legal_power == "s9")
    is_whole = award.recipient_id and award.amount and award.awarded_on
    return bool(is_grant and is_whole) and award.awarded_on <= timezone.localdate()


@pytest.mark.parametrize("seed", sample(range(PARTS), 1))
def test_all_doors_agree_whatever_is_filtered_by(client, seed):
    World(seed)
    doors = [on_the_page, in_csv, in_xlsx, by_api]
    sizes = set()
    for filters in combinations(Random(seed)):  # noqa: S311 nothing here is secret
        expected = in_json(client, filters)
        for door in doors:
            assert door(client, filters) == expected, (door.__name__, filters)
        rows = json.loads(content_of(client.get("/awards.json", filters)))["results"]
        listed = Award.objects.filter(reference__in=[row["reference"] for row in rows])
        given = added(award.amount for award in listed if is_given(award))
        assert as_360giving(client, filters) == given, filters
        sizes.add((expected[0], given[0]))

    # Something was compared: many different lists, of which 360Giving held some and not all.
    assert len(sizes) > 2
    assert any(0 < given < count for count, given in sizes)
