#!/usr/bin/env python
"""The one entry for every command of the portal."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line

from hall.local.attach import database_for
from hall.local.trouble import Trouble


def main(arguments: list[str]) -> None:
    """Run a command with the embedded database at hand; what the operator can put right ends in a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
    try:
        with database_for(arguments) as fresh:
            if fresh and arguments[1] != "migrate":
                django.setup()
                call_command("migrate", verbosity=0)
            execute_from_command_line(arguments)
    except (Trouble, ImproperlyConfigured) as trouble:
        if os.environ.get("HALL_DEBUG") == "1":
            raise
        sys.exit(str(trouble))


if __name__ == "__main__":
    main(sys.argv)
