"""Room registration."""

from django.apps import AppConfig

from hall import checks  # noqa: F401  registers the template checks


class LocalConfig(AppConfig):
    name = "hall.local"
    label = "local"
    verbose_name = "本机运行"
