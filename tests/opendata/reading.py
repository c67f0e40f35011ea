"""What files of open data say."""

import csv
import json
from io import BytesIO, StringIO

from openpyxl import load_workbook

GRANTS = "/data/awards.360giving"


def content_of(response) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content) if response.streaming else response.content


def grants_in(client, form: str = "json", **filters) -> list[dict]:
    """The grants of a file: as they are in JSON, by heading in the tables."""
    content = content_of(client.get(f"{GRANTS}.{form}", filters))
    if form == "json":
        return json.loads(content)["grants"]
    if form == "csv":
        return list(csv.DictReader(StringIO(content.decode(), newline="")))
    headings, *lines = load_workbook(BytesIO(content))["grants"].iter_rows(values_only=True)
    return [dict(zip(headings, line, strict=True)) for line in lines]


def grant_of(client, award) -> dict:
    (found,) = [one for one in grants_in(client) if one["id"].endswith(f"-{award.reference}")]
    return found


def rows_of(client, address: str, **filters) -> list[dict]:
    content = content_of(client.get(address, filters)).decode()
    return list(csv.DictReader(StringIO(content, newline="")))
