#!/usr/bin/env python
"""Django's command line."""

import os
import sys

import django
from django.core.management import ManagementUtility, execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["version"]:
        # Django answers this word itself, with its own version.
        django.setup()
        ManagementUtility(sys.argv).fetch_command("version").run_from_argv(sys.argv)
    else:
        execute_from_command_line(sys.argv)
