"""The read-only API: the public lists, page by page, for programs."""

import re
from collections.abc import Iterable

from django.db import models
from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import mixins
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from commissioning.public.listing import Listing
from commissioning.public.serializers import serializer_for


class Pages(CursorPagination):
    """Pages by cursor: they stay right while records are added, at any depth and at one price."""

    page_size = 100
    max_page_size = 1000
    page_size_query_param = "limit"
    ordering = "-pk"
    invalid_cursor_message = "This cursor is not one of ours. Follow “next” from the first page."

    def paginate_queryset(self, queryset, request, view=None):
        self.summary = view.listing.summary(queryset, request.query_params)
        return super().paginate_queryset(view.listing.complete(queryset), request, view)

    def get_page_size(self, request) -> int:
        limit = request.query_params.get("limit", str(self.page_size))
        if not re.fullmatch(r"[0-9]{1,4}", limit) or not 1 <= int(limit) <= self.max_page_size:
            raise ValidationError({"limit": [f"Ask for 1 to {self.max_page_size:,} records."]})
        return int(limit)

    def decode_cursor(self, request):
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise self._not_ours() from error
        if cursor and cursor.position is not None and not re.fullmatch("[0-9]+", cursor.position):
            raise self._not_ours()
        return cursor

    def _not_ours(self) -> ValidationError:
        return ValidationError({"cursor": [self.invalid_cursor_message]})

    def get_schema_operation_parameters(self, view):
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == "limit":
                parameter["schema"].update(minimum=1, maximum=self.max_page_size)
        return parameters

    def get_paginated_response(self, data):
        total, apart = self.summary["total"], self.summary["apart"]
        return Response(
            {
                "count": self.summary["count"],
                "total": None if total is None else f"{total:.2f}",
                "inferred": None if apart is None else f"{apart:.2f}",
                "without_amount": self.summary["without_amount"],
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "results": data,
            },
            headers=self._links(),
        )

    def _links(self) -> dict[str, str]:
        """Where the other pages are; a CSV has no other place to say that it is not all."""
        links = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        told = ", ".join(f'<{link}>; rel="{name}"' for name, link in links.items() if link)
        return {"Link": told} if told else {}

    def get_paginated_response_schema(self, schema):
        found = super().get_paginated_response_schema(schema)
        found["properties"] = {
            "count": {"type": "integer", "description": "All records that the filters leave."},
            "total": {
                "type": ["string", "null"],
                "format": "decimal",
                "description": "Their pounds; null where a sum would mean nothing, or no amount is "
                "published.",
            },
            "inferred": {
                "type": ["string", "null"],
                "format": "decimal",
                "description": "Of allocations: pounds that are only inferred from awards, and not "
                "in the total.",
            },
            "without_amount": {
                "type": "integer",
                "description": "How many of them have no published amount.",
            },
            **found["properties"],
        }
        found["required"] = ["count", "total", "inferred", "without_amount", "results"]
        return found


class ListFilters(DjangoFilterBackend):
    """The list's filters; what they cannot use is refused in a sentence."""

    def filter_queryset(self, request, queryset, view):
        view.field_names()
        filterset = self.get_filterset(request, queryset, view)
        if not filterset.is_valid():
            # Told here: django-filter would take a "%" in a quoted value for a place to fill.
            raise ValidationError({name: list(said) for name, said in filterset.errors.items()})
        return filterset.qs


class RecordViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """Lists records and shows one; it can do nothing else."""

    http_method_names = ["get", "head"]
    listing: Listing
    pagination_class = Pages
    filter_backends = [ListFilters]
    lookup_value_regex = r"[^/\x00]+"

    @classmethod
    def parameters(cls, detail: bool, **made_with) -> tuple[str, ...]:
        if detail:
            return ("fields", "format")
        return (*cls.listing.filter_names, "cursor", "limit", "fields", "format")

    def get_queryset(self) -> models.QuerySet:
        return self.listing.rows()

    def field_names(self) -> list[str]:
        """The fields that were asked for with `fields`, or all; a name that there is none of is
        refused.
        """
        known = [column.name for column in self.listing.columns]
        asked = self.request.query_params.get("fields")
        if asked is None:
            return known
        names = [name.strip() for name in asked.split(",")]
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ValidationError(
                {
                    "fields": [
                        f"There is no field “{unknown[0][:60]}”. There are: {', '.join(known)}."
                    ]
                }
            )
        return list(dict.fromkeys(names))

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "fields": self.field_names()}

    def paginate_queryset(self, queryset):
        return self.listing.with_figures(super().paginate_queryset(queryset))

    def get_object(self):
        self.field_names()
        try:
            record = self.listing.complete(self.get_queryset()).filter(**self._key()).first()
        except (ValueError, TypeError):
            record = None
        if record is None:
            raise Http404
        return self.listing.with_figures([record])[0]

    def _key(self) -> dict:
        return {self.listing.key: self.kwargs[self.lookup_url_kwarg]}


REFUSED = OpenApiResponse(
    {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    description="A filter that there is none of, or a value that cannot be used, and why.",
)
NOT_THERE = OpenApiResponse(
    {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]},
    description="There is no such published record.",
)


FIELDS = OpenApiParameter(
    "fields",
    str,
    description="Only these fields, with commas between their names; all unless given.",
)
TOO_MANY = OpenApiResponse(
    {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]},
    description="Too many requests from one address. “Retry-After” says how many seconds to wait.",
)


def say_that_empty_is_all(result: dict, **kwargs) -> dict:
    """A filter that is left empty narrows nothing: the description of its choices says so."""
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                choices = parameter["schema"].get("enum")
                if parameter["in"] == "query" and choices:
                    parameter["schema"]["enum"] = [*choices, ""]
    return result


def viewset_for(listing: Listing) -> type[RecordViewSet]:
    name = "".join(word.capitalize() for word in listing.one.split())
    serializer = serializer_for(listing)
    viewset = type(
        f"{name}ViewSet",
        (RecordViewSet,),
        {
            "__doc__": listing.lead,
            "listing": listing,
            "filterset_class": listing.filters,
            "serializer_class": serializer,
            "lookup_url_kwarg": listing.key if listing.key != "pk" else "id",
        },
    )
    return extend_schema_view(
        list=extend_schema(
            summary=listing.title,
            description=listing.lead,
            parameters=[FIELDS],
            responses={200: serializer, 400: REFUSED, 429: TOO_MANY},
        ),
        retrieve=extend_schema(
            summary=f"One {listing.one}",
            parameters=[FIELDS],
            responses={200: serializer, 400: REFUSED, 404: NOT_THERE, 429: TOO_MANY},
        ),
    )(viewset)


def register(router: BaseRouter, listings: Iterable[Listing]) -> None:
    """These lists' part of the API."""
    for listing in listings:
        router.register(listing.name, viewset_for(listing), basename=listing.name)
