"""API records from the columns of a listing: the columns say what, the fields here only say of what
type, for the API's description."""

from rest_framework import serializers

from commissioning.public.columns.base import Column, Kind
from commissioning.public.listing import Listing


class RecordSerializer(serializers.Serializer):
    """A record of a listing, with the fields that were asked for; made by `serializer_for`."""

    listing: Listing

    def to_representation(self, row):
        absolute = self.context["request"].build_absolute_uri
        asked = set(self.context["fields"])
        return {
            column.name: column.as_json(row, absolute)
            for column in self.listing.columns
            if column.name in asked
        }


def serializer_for(listing: Listing) -> type[RecordSerializer]:
    fields = {column.name: _field(column, listing) for column in listing.columns}
    name = "".join(word.capitalize() for word in listing.one.split())
    return type(f"{name}Serializer", (RecordSerializer,), {"listing": listing, **fields})


def _field(column: Column, listing: Listing) -> serializers.Field:
    shared = {"label": column.header, "read_only": True}
    if column.kind is Kind.MONEY:
        return serializers.DecimalField(
            max_digits=14, decimal_places=2, allow_null=True, help_text="Pounds.", **shared
        )
    if column.kind is Kind.QUANTITY:
        told = "A number as text; null where there is none or it is hidden."
        return serializers.CharField(allow_null=True, help_text=told, **shared)
    if column.kind is Kind.CHOICE:
        choices = column.field(listing.model).flatchoices
        return serializers.ChoiceField(choices=choices, allow_blank=True, **shared)
    if column.kind is Kind.LIST:
        return serializers.ListField(child=serializers.CharField(), **shared)
    if column.kind is Kind.ADDRESS:
        return serializers.URLField(allow_null=True, **shared)
    if column.kind is Kind.DAY:
        return serializers.DateField(allow_null=True, **shared)
    if column.kind is Kind.MOMENT:
        return serializers.DateTimeField(allow_null=True, **shared)
    if column.kind is Kind.YES_NO:
        return serializers.BooleanField(**shared)
    if column.kind is Kind.NUMBER:
        return serializers.IntegerField(allow_null=True, **shared)
    return serializers.CharField(allow_blank=True, **shared)
