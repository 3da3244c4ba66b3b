"""WSGI entry point served by granian."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
os.environ.setdefault("HALL_PROCESS", "web")

from django.conf import settings
from django.db import connection

from hall.production import refuse_unsafe_database

application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # all views: before the fork of the workers, not at the first visitor of each
# What is loaded now stays: no collection need look at it again, nor run several times within a page. On the citizen's
# page collecting was a quarter of the work (docs/performance.md); it costs a worker a few megabytes.
gc.collect()
gc.freeze()
# The younger two generations often: what pages in other threads hold at that moment grows old, then becomes garbage. At
# 20 and 20 it came to 20 MB more, for no less work.
gc.set_threshold(50_000, 5, 10)
if settings.PRODUCTION:
    refuse_unsafe_database(connection)
    connection.close()
