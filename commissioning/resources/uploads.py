"""Uploaded files between their preview and their confirmation.

They wait in the data folder for some hours. Whoever confirms first takes the file away, so that a
button pressed twice imports once.
"""

import hashlib
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core import signing

from commissioning.models import User

HOURS_KEPT = 8
SALT = "commissioning.uploads"


@dataclass(frozen=True)
class Upload:
    """A file that was previewed: whose it is, for what, and what its preview said."""

    name: str
    file_name: str
    sha256: str
    resource: str
    user: int
    preview: str

    @property
    def token(self) -> str:
        """For the confirm page: everything about the upload, signed."""
        return signing.dumps(asdict(self), salt=SALT)


def keep(data: bytes, *, file_name: str, resource: str, by: User, preview: str) -> Upload:
    """Lay a file down until it is confirmed, and clear away old ones."""
    folder = _folder()
    _clear(folder)
    name = uuid4().hex
    (folder / name).write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return Upload(name, file_name[:200], sha256, resource, by.pk, preview)


def waiting(token: str, *, resource: str, by: User) -> tuple[Upload, bytes] | None:
    """The file of a token, to look at; None when it is not there for this person."""
    upload = _signed(token, resource, by)
    try:
        return upload and _whole(upload, (_folder() / upload.name).read_bytes())
    except FileNotFoundError:
        return None


def claimed(token: str, *, resource: str, by: User) -> tuple[Upload, bytes] | None:
    """Take the file of a token away for importing; None when it is not there for this person."""
    upload = _signed(token, resource, by)
    if upload is None:
        return None
    taken = _folder() / f"{upload.name}.taken"
    try:
        # Of two who come at once, one can rename it.
        (_folder() / upload.name).rename(taken)
    except FileNotFoundError:
        return None
    data = taken.read_bytes()
    taken.unlink()
    return _whole(upload, data)


def _signed(token: str, resource: str, by: User) -> Upload | None:
    try:
        upload = Upload(**signing.loads(token, salt=SALT, max_age=HOURS_KEPT * 3600))
    except signing.BadSignature:
        return None
    return upload if (upload.user, upload.resource) == (by.pk, resource) else None


def _whole(upload: Upload, data: bytes) -> tuple[Upload, bytes] | None:
    return (upload, data) if hashlib.sha256(data).hexdigest() == upload.sha256 else None


def _folder() -> Path:
    folder = settings.DATA_DIR / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _clear(folder: Path) -> None:
    oldest = time.time() - HOURS_KEPT * 3600
    for path in folder.iterdir():
        # Another process may clear at the same time.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
