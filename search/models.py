"""The index of what the public can search: one document for each published record."""

from django.db import models
from django.db.models import Q

from search.expressions import DocumentQuerySet


class Document(models.Model):
    """The words that one published record is found by.

    What a result shows is read from the record itself, so that it is never older than that.
    """

    kind = models.CharField(max_length=20)  # the name of the list that the record stands in
    record_id = models.BigIntegerField()
    # Stems with spaces between, as search/words.py makes them. On PostgreSQL the database keeps a
    # column `words` of them, on SQLite a table (search/engines.py).
    title = models.TextField()
    about = models.TextField(blank=True)
    rest = models.TextField(blank=True)
    title_length = models.PositiveSmallIntegerField(help_text="In words.")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="document_is_the_only_one_of_its_record",
                fields=["kind", "record_id"],
                violation_error_message="This record is in the index already.",
            ),
            models.CheckConstraint(
                name="document_has_a_title",
                condition=~Q(title=""),
                violation_error_message="A record is found by its title at least.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class Word(models.Model):
    """A word of some document as it is written, for “did you mean”."""

    word = models.CharField(max_length=60, unique=True)
    stem = models.CharField(max_length=60)

    class Meta:
        ordering = ["word"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.word


class Waiting(models.Model):
    """A record that changed, until the index has followed.

    Written with the change itself: what is rolled back never waits, and nothing is forgotten if
    the process ends before it gets round to the index.
    """

    noun = models.CharField(max_length=60)
    record_id = models.CharField(max_length=60)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.noun} {self.record_id}"
