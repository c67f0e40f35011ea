"""Short texts for addresses, made from names."""

from django.db import models
from django.utils.text import slugify


def free_slug(model: type[models.Model], field: str, words: str) -> str:
    """A short text for an address, made from words, that no other record of the model has."""
    longest = model._meta.get_field(field).max_length
    stem = slugify(words)[: longest - 5].strip("-") or model._meta.model_name
    taken = set(
        model._base_manager.filter(**{f"{field}__startswith": stem}).values_list(field, flat=True)
    )
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
