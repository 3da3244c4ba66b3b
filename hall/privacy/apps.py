"""Room registration."""

from django.apps import AppConfig

from hall.privacy.keys import index_key, keyring


class PrivacyConfig(AppConfig):
    name = "hall.privacy"
    label = "privacy"
    verbose_name = "个人信息保护"

    def ready(self) -> None:
        # A process without usable keys must not start: the first applicant would be refused, or stored in clear (P08).
        keyring()
        index_key()
