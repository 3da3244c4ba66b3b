#!/usr/bin/env python
"""The one entry for every command of the portal."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured

from hall.local.attach import database_for
from hall.local.databases import database_settings
from hall.local.trouble import Trouble
from hall.workdays import due_pipe


def main(arguments: list[str]) -> None:
    """Run a command with the embedded database at hand; what the operator can put right ends in a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
    try:
        with database_for(arguments) as fresh:
            if arguments[1:] == ["due"]:
                sys.exit(due_pipe.main(database_settings()))
            run(arguments, fresh=fresh)
    except (Trouble, ImproperlyConfigured) as trouble:
        if os.environ.get("HALL_DEBUG") == "1":
            raise
        sys.exit(str(trouble))


def run(arguments: list[str], *, fresh: bool) -> None:
    """Hand the command to Django; a database made just now gets its tables first."""
    import django  # noqa: PLC0415 - `due` is a pipe and does not wait for a framework it does not use
    from django.core.management import call_command, execute_from_command_line  # noqa: PLC0415 - the same

    if fresh and arguments[1] != "migrate":
        django.setup()
        call_command("migrate", verbosity=0)
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
