"""Filters of the pages of reconciliation."""

from django import template

from finance.admin.reconciliation_lists import tick

register = template.Library()
register.filter("tick", tick)
