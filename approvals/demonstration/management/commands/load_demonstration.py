"""`manage.py load_demonstration`: the demonstration center into an empty database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from approvals.demonstration import loading


class Command(BaseCommand):
    help = "把演示中心（事项、人员、约 300 件办件）装入空的数据库；重复执行不会再变。只用于演示。"

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
        elif options["verbosity"]:
            self.stdout.write(f"已装入演示数据：{loaded.items} 个事项，{loaded.cases} 件办件。")
