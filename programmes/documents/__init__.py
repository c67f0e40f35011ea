"""An edition as files to keep: Word, tagged PDF, and its tables as CSV."""

from programmes.documents.files import FORMS, Form, kept

__all__ = ["FORMS", "Form", "kept"]
