"""`manage.py bench`: every job beside its floor, one JSON line each, and a table for people."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.bench.jobs import JOBS
from hall.bench.measuring import Ground, Job, Result, number
from hall.bench.scratch import SCALES, Scale, drop, opened


class Command(BaseCommand):
    """Measure on scratch databases of the server in use; the hall's own database is not touched."""

    help = "在临时数据库上测量各项工作，每项与同次运行的最低成本比较；不动正式数据"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which scale, which jobs."""
        parser.add_argument("--scale", choices=sorted(SCALES), default="100k", help="办件数：100k、1m、10m")
        parser.add_argument("--only", action="append", type=_job, metavar="NAME", help="只测这一项，可重复")
        parser.add_argument("--fresh", action="store_true", help="重建这一规模的临时数据库")
        parser.add_argument("--json", metavar="FILE", help="另把各行 JSON 追加到这个文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure in the table's order; a job that fails is named and the rest go on."""
        scale, chosen = SCALES[options["scale"]], options["only"] or list(JOBS.values())
        if options["fresh"]:
            drop(scale)
        results: list[Result] = []
        failed: list[str] = []
        for job in chosen:
            try:
                results.append(self._measured(job, scale))
            except Exception as error:
                failed.append(f"{job.name}：{type(error).__name__} {error}")
                continue
            self._told_line(results[-1], options["json"])
        self.stderr.write(_table(results))
        if failed:
            raise CommandError("没有测成：\n" + "\n".join(failed))

    def _measured(self, job: Job, scale: Scale) -> Result:
        if not job.needs_cases:
            return job.run(Ground(scale, self.stderr.write))
        with opened(scale, self.stderr.write):
            return job.run(Ground(scale, self.stderr.write))

    def _told_line(self, result: Result, file: str | None) -> None:
        self.stdout.write(result.line())
        if file:
            with open(file, "a", encoding="utf-8") as out:
                out.write(result.line() + "\n")


def _job(name: str) -> Job:
    if name not in JOBS:
        raise ArgumentTypeError(f"没有“{name}”这一项。可用：{' '.join(JOBS)}")
    return JOBS[name]


def _table(results: list[Result]) -> str:
    lines = [f"{'项目':<24}{'本系统':>12}{'最低成本':>12}{'倍数':>8}  单位      要求"]
    for result in results:
        floor = number(result.floor) if result.floor else "—"
        ratio = f"{result.ratio:.2f}" if result.ratio else "—"
        musts = "；".join(f"{'达到' if must.met else '未达到'} {must.text}" for must in result.musts)
        label = JOBS[result.job].label
        lines.append(f"{label:<24}{number(result.ours):>12}{floor:>12}{ratio:>8}  {result.unit:<10}{musts}")
    return "\n".join(lines)
