"""Every field is public or private by declaration, and nothing public draws on a private one."""

import pytest
from django.apps import apps
from django.conf import settings

from commissioning.models import User
from config import lists

DECLARED = [
    model
    for app in settings.OUR_APPS
    for model in apps.get_app_config(app).get_models()
    if hasattr(model, "Publication")
]


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model.__name__)
def test_every_field_is_either_public_or_private(model):
    fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    public, private = model.Publication.public, model.Publication.private

    assert public | private == fields
    assert not public & private


def test_every_model_of_the_public_side_declares_its_fields():
    assert {listing.model for listing in lists.ALL} <= set(DECLARED)


@pytest.mark.parametrize("listing", lists.ALL, ids=lambda listing: listing.name)
def test_columns_draw_on_public_fields_only(listing):
    drawn = [
        (column.name, path, step)
        for column in listing.columns
        for path in column.paths
        for step in private_steps(listing.model, path)
    ]

    assert drawn == []


def private_steps(model, path):
    """The fields on the path "recipient__name" that are not declared public."""
    for name in path.split("__"):
        field = model._meta.get_field(name)
        # The way back from a parent to its parts goes over the parts' field.
        owner, own_name = (
            (field.related_model, field.field.name)
            if field.auto_created and not field.concrete
            else (model, name)
        )
        if owner is User or own_name not in owner.Publication.public:
            yield f"{owner.__name__}.{own_name}"
        model = field.related_model


def test_a_private_field_on_a_columns_path_is_seen():
    award = lists.BY_NAME["awards"].model

    assert list(private_steps(award, "note")) == ["Award.note"]
    assert list(private_steps(award, "recommended_by")) == ["Award.recommended_by"]
    assert list(private_steps(award, "recipient__note")) == ["Organisation.note"]
    assert list(private_steps(award, "commitments__proposed")) == ["Commitment.proposed"]
