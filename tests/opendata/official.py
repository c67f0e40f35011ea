"""The official schemas, codelists and tools that files of open data are held to.

The schemas are others' work and not kept in this project: they are looked for beside the checkout,
or where OPENDATA_SCHEMAS says.
"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMAS = Path(os.environ.get("OPENDATA_SCHEMAS", ROOT.parent / "shared" / "360giving"))
GRANT_SCHEMA = SCHEMAS / "360-giving-schema.json"
PACKAGE_SCHEMA = SCHEMAS / "360-giving-package-schema.json"
FLATTEN_TOOL = Path(sys.prefix) / "opendata" / "bin" / "flatten-tool"

needs_schemas = pytest.mark.skipif(
    not GRANT_SCHEMA.exists(), reason="the 360Giving schemas are not beside this checkout"
)
needs_flatten_tool = pytest.mark.skipif(
    not FLATTEN_TOOL.exists(), reason="flatten-tool is installed by make check-opendata"
)

# A closed list of codes, and where it holds: the object a field is in, and the field.
CODELISTS = {
    "currency.csv": "currency",
    "countryCode.csv": "countryCode",
    "geoCodeType.csv": "geoCodeType",
    "locationScope.csv": "locationScope",
    "regrantType.csv": "regrantType",
}


def errors(package: dict) -> list[str]:
    """What the official package schema, and the grant schema in it, say against a package."""
    grant, whole = (json.loads(path.read_text()) for path in (GRANT_SCHEMA, PACKAGE_SCHEMA))
    # The package schema refers to an earlier address of the grant schema; neither is fetched.
    addresses = {grant["$id"], whole["properties"]["grants"]["items"]["$ref"]}
    resource = Resource.from_contents(grant, default_specification=DRAFT202012)
    registry = Registry().with_resources((address, resource) for address in addresses)
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(whole, registry=registry, format_checker=checker)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(package)]


def unknown_codes(package: dict) -> set[tuple[str, str]]:
    """(field, code) of each code that is not on the closed list of its field."""
    found = set()
    for file, field in CODELISTS.items():
        with (SCHEMAS / "codelists" / file).open(newline="", encoding="utf-8-sig") as lines:
            known = {line["Code"] for line in csv.DictReader(lines)}
        found |= {(field, code) for code in values_of(package, field) if code not in known}
    return found


def unknown_fields(package: dict) -> set[str]:
    """The fields of grants, and of what is in them, that the standard does not know."""
    schema = json.loads(GRANT_SCHEMA.read_text())
    found = set()
    for grant in package["grants"]:
        found |= grant.keys() - schema["properties"].keys()
        for name, value in grant.items():
            items = schema["properties"].get(name, {}).get("items", {})
            if isinstance(value, list) and "$ref" in items:
                known = schema["$defs"][items["$ref"].split("/")[-1]]["properties"].keys()
                found |= {f"{name}/{part}" for item in value for part in item.keys() - known}
    return found


def values_of(data: object, field: str):
    """Every value of a field, however deep it is."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name == field:
                yield value
            else:
                yield from values_of(value, field)
    elif isinstance(data, list):
        for item in data:
            yield from values_of(item, field)


def unflattened(content: bytes, form: str, folder: Path) -> dict:
    """What flatten-tool makes of a file of ours, "csv" or "xlsx"."""
    into = folder / f"{form}.json"
    if form == "csv":
        table = folder / "tables"
        table.mkdir()
        (table / "grants.csv").write_bytes(content)
    else:
        table = folder / "grants.xlsx"
        table.write_bytes(content)
    asked = ["--convert-titles", "--root-list-path", "grants", "--root-id", "", "-f", form]
    if form == "xlsx":
        schema = _metadata_schema(folder)
        asked += ["--metatab-name", "Meta", "--metatab-vertical-orientation"]
        asked += ["--metatab-schema", schema]
    subprocess.run(
        [FLATTEN_TOOL, "unflatten", *asked, "--schema", GRANT_SCHEMA, "-o", into, table],
        check=True,
        capture_output=True,
    )
    return json.loads(into.read_text())


def _metadata_schema(folder: Path) -> Path:
    """The package schema without its grants, whose own schema it would fetch from the network."""
    schema = json.loads(PACKAGE_SCHEMA.read_text())
    del schema["properties"]["grants"], schema["required"]
    file = folder / "metadata.json"
    file.write_text(json.dumps(schema))
    return file
