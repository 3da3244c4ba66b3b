"""WSGI entry point served by granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
os.environ.setdefault("HALL_PROCESS", "web")

from django.conf import settings
from django.db import connection

from hall.production import refuse_unsafe_database

application = get_wsgi_application()
if settings.PRODUCTION:
    refuse_unsafe_database(connection)
    connection.close()
