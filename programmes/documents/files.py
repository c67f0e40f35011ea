"""Files made of editions, kept on disk: making one costs seconds, and a visitor may ask often."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from programmes.documents.csvs import as_zip
from programmes.documents.pdf import as_pdf
from programmes.documents.word import as_word
from programmes.models import Edition

# Raised when files are to come out otherwise than those that are kept.
MAKE = 1


@dataclass(frozen=True)
class Form:
    """A kind of file: how it is called, what it is, and what makes one."""

    name: str
    label: str
    content_type: str
    make: Callable[[Edition], bytes]


FORMS = {
    form.name: form
    for form in (
        Form(
            "docx",
            "Word (DOCX)",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            as_word,
        ),
        Form("pdf", "PDF", "application/pdf", as_pdf),
        Form("zip", "Tables (CSV in a ZIP)", "application/zip", as_zip),
    )
}
# One at a time in each process: the files are few, and made once.
_making = Lock()


def kept(edition: Edition, form: Form) -> bytes:
    """The edition as a file, made the first time that somebody asks."""
    path = settings.DATA_DIR / "reports" / f"{_fingerprint(edition)}.{form.name}"
    if not path.exists():
        with _making:
            # Whoever waited here finds it made.
            if not path.exists():
                _write(path, form.make(edition))
    return path.read_bytes()


def _fingerprint(edition: Edition) -> str:
    """The same for the same edition: whatever a file shows goes into it."""
    parts = {
        "make": MAKE,
        "number": edition.number,
        "made_at": edition.made_at,
        "change_note": edition.change_note,
        "content": edition.content,
        "office": settings.OFFICE["name"],
    }
    encoded = DjangoJSONEncoder(sort_keys=True).encode(parts)
    return sha256(encoded.encode()).hexdigest()[:32]


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: another process may read while this one writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
