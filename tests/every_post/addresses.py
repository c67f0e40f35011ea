"""Every address of the site: the name of its URL pattern, and an address that it takes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

# What a part of an address may be, where no record is needed.
ANYTHING = {"int": "1", "slug": "2010-11", "file_form": "csv", "path": "1", "str": "1"}
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
# Patterns of libraries that are regular expressions, as one of their addresses.
WRITTEN_OUT = {
    "app_list": "staff/commissioning/",
    "catch_all": "staff/nowhere",
}


@dataclass(frozen=True)
class Pattern:
    """One URL pattern: its name with its namespace, its route, and the name alone."""

    name: str
    route: str

    @property
    def address(self) -> str:
        """An address that it takes, of no particular record."""
        if "(?P<url>" in self.route:
            return f"/{WRITTEN_OUT['catch_all']}"
        if self.name.endswith(":app_list"):
            return f"/{WRITTEN_OUT['app_list']}"
        route = re.sub(r"\(\?P<\w+>[^)]*\)", "1", self.route)
        return "/" + PART.sub(_anything, re.sub(r"[\^$]", "", route))


def _anything(part: re.Match) -> str:
    return ANYTHING[part[1] or "str"]


def patterns() -> list[Pattern]:
    """Every URL pattern of the site."""
    return [*_under(get_resolver(), "", "")]


def _under(resolver: URLResolver, route: str, namespace: str) -> Iterator[Pattern]:
    for each in resolver.url_patterns:
        here = f"{route}{each.pattern}"
        if isinstance(each, URLPattern):
            yield Pattern(f"{namespace}{each.name or ''}", here)
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _under(each, here, inner)


def pages_of_records() -> dict[str, tuple]:
    """By the name of its pattern, (admin, page) of every page of every model of the staff site."""
    found = {}
    for modeladmin in admin.site._registry.values():
        own = f"{modeladmin.opts.app_label}_{modeladmin.opts.model_name}_"
        for pattern in modeladmin.get_urls():
            name = getattr(pattern, "name", None) or ""
            if name.startswith((own, "auth_user_")):
                found[f"admin:{name}"] = (modeladmin, name.removeprefix(own))
    return found
