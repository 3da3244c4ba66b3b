"""What the scheduler and the command ring for."""

from datetime import timedelta
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from hall.supervision import tasks
from hall.supervision.models import Card
from tests.builders import Hall
from tests.hall.supervision.builders import Facts, fact, switched_on


def test_the_scheduler_rings_every_minute() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["watch"]
    assert (entry["task"], entry["schedule"]) == (tasks.watch.name, 60.0)
    assert settings.CELERY_BEAT_SCHEDULE["grounds"]["task"] == tasks.review_grounds.name


def test_the_tasks_raise_and_withdraw(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, at=timezone.now() - timedelta(minutes=5))]
    tasks.watch()
    assert Card.objects.get().state == "awaiting"
    source.rows = []
    tasks.review_grounds()
    assert Card.objects.get().state == "withdrawn"


def test_the_command_says_what_came_of_it(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    now = timezone.now()
    source.rows = [fact(hall, "a", at=now), fact(hall, "b", at=now, department=None, staff=None)]
    said = StringIO()
    call_command("watch", stdout=said)
    assert "发牌 1 张，提示 0 条，停表未发 0 件，自动撤销 0 张。" in said.getvalue()
    assert "出错暂缓：test.facts:b。" in said.getvalue()
