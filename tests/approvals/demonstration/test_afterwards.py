"""What the worker does after a load is known to it by the same names."""

from approvals.demonstration.management.commands.load_demonstration import AFTERWARDS
from hall.celery import app


def test_the_worker_knows_what_it_is_asked_afterwards() -> None:
    app.loader.import_default_modules()
    assert set(AFTERWARDS) <= set(app.tasks)
