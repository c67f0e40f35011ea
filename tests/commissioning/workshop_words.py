"""No public text of the reference office holds notes that were written for ourselves."""

import re

from django.apps import apps
from django.conf import settings
from django.db import models

from config import lists
from tests.commissioning.test_public_pages import read
from tests.opendata.reading import content_of
from tests.public_pages import OF_THE_REGISTER

# Names of files; of our own only, where the site names its own files in its help.
ANY_FILE = r"\b[\w-]+\.(?:csv|html|json|md|py|toml|txt|xlsx|yml)\b"
FOLDERS = (settings.BASE_DIR / "data").iterdir()
FILES = {path.name for folder in FOLDERS if folder.is_dir() for path in folder.iterdir()}
WORDS = (
    r"discrepanc\w*",
    r"\b(?:TODO|FIXME|XXX|TBC|TBD|WIP)\b",
    r"\brow \d+",
    r"\brows? (?:above|below) sum\b",
    r"\bchecklists?\b",
    r"\bflatten\w*",
    r"\b(?:charts?|labels?|counts?) (?:were charts, )?lost\b",
    r"\bstored as\b",
    r"\bslice \d",
    r"\bcolumn heading\b",
    r"\bsee (?:note|para|row|file|sheet|tab|cell|above|below)\b",
    r"\bread as\b",
)
WORKSHOP = re.compile("|".join(WORDS), re.IGNORECASE)


def workshop_words(text: str, files: str) -> list[str]:
    """The words of a text that only those who made the figures understand."""
    return [found[0] for found in re.finditer(f"{WORKSHOP.pattern}|{files}", text, re.IGNORECASE)]


def ours() -> str:
    """The names of the files in data/ that are no addresses of the site."""
    addresses = {f"{listing.name}.{form}" for listing in lists.ALL for form in ("csv", "json")}
    names = sorted(FILES - addresses - {"contracts.csv"})
    return "|".join(rf"\b{re.escape(name)}" for name in names)


def public_texts():
    """(where, text) of every text in a field that its model declares public."""
    for model in apps.get_models():
        declared = getattr(model, "Publication", None)
        for field in model._meta.concrete_fields if declared else ():
            is_text = isinstance(field, models.CharField | models.TextField)
            if is_text and field.name in declared.public:
                for text in model._base_manager.values_list(field.name, flat=True).distinct():
                    yield f"{model.__name__}.{field.name}", text or ""


class WorkshopWords:
    """For a test case whose client is the public, in the reference office."""

    def test_no_public_field_holds_a_note_to_ourselves(self):
        found = {
            (where, text): words
            for where, text in public_texts()
            if (words := workshop_words(text, ANY_FILE))
        }

        assert not found, found

    def test_no_page_file_or_answer_of_the_api_holds_a_note_to_ourselves(self):
        addresses = [*OF_THE_REGISTER, "/measures/", "/indicators/", "/data/", "/data/dictionary/"]
        texts = {address: read(self.client, address) for address in addresses}
        for listing in lists.ALL:
            for address in (listing.file("csv"), listing.file("json")):
                texts[address] = content_of(self.client.get(address)).decode()
        for listing in lists.IN_API:
            address = f"/api/v1/{listing.name}/?limit=1000"
            texts[address] = self.client.get(address).content.decode()
        files = ours()
        found = {
            address: words
            for address, text in texts.items()
            if (words := workshop_words(text, files))
        }

        assert not found, found
