"""Addresses of open data, under /data/."""

from django.urls import path

from commissioning.opendata import package
from commissioning.opendata.contracts import CONTRACTS
from commissioning.opendata.views import GrantsFile
from commissioning.public.urls import list_addresses

app_name = "opendata"
urlpatterns = [
    path(f"{package.NAME}.<file_form:form>", GrantsFile.as_view(), name="threesixtygiving-file"),
    *list_addresses([CONTRACTS]),
]
