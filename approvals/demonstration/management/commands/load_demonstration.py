"""`manage.py load_demonstration`: the demonstration center into an empty database."""

import logging
from typing import Any, Final

from celery import Celery
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from kombu.exceptions import OperationalError

from approvals.demonstration import loading

logger = logging.getLogger(__name__)
# Left to the worker, who rings again by itself if this is lost: the reports of last week and month, and the sheets as
# of today. Known by their names: nothing of approvals stands on the roof.
AFTERWARDS: Final = ("hall.reports.tasks.schedule", "hall.appraisal.tasks.recompute")


class Command(BaseCommand):
    help = "把演示中心（事项、人员、约 240 件办件及其评价、督查、考核）装入空的数据库；重复执行不会再变。只用于演示。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load once; the production profile refuses."""
        if settings.PRODUCTION:
            raise CommandError("正式环境不能装入演示数据。")
        try:
            loaded = loading.load(at=timezone.now())
        except loading.NotEmpty as refusal:
            raise CommandError(str(refusal)) from refusal
        if not loaded.fresh:
            self.stdout.write("演示数据已经装好，没有改动。")
            return
        count_up()
        if options["verbosity"]:
            self.stdout.write(f"已装入演示数据：{loaded.items} 个事项，{loaded.cases} 件办件。")


def count_up() -> None:
    """Have the dashboards right at the first visit, and reports and sheets brought up to date by the worker."""
    call_command("rebuild_tallies", verbosity=0)
    try:
        with Celery(broker=settings.CELERY_BROKER_URL, set_as_current=False) as doorbell:
            for task in AFTERWARDS:
                doorbell.send_task(task, retry=False)
    except OperationalError:
        logger.info("no broker yet: the scheduler asks for the reports within a quarter of an hour")
