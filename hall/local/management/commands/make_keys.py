"""`manage.py make_keys`: fresh secrets for a production installation, as lines for its environment."""

import base64
import secrets
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "生成一套新的密钥，供正式环境的环境变量使用。请另行妥善备份：丢失后已加密的个人信息无法解密。"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"HALL_SECRET_KEY={secrets.token_urlsafe(50)}")
        self.stdout.write(f"HALL_FIELD_KEYS=k1:{base64.b64encode(secrets.token_bytes(32)).decode()}")
        self.stdout.write(f"HALL_INDEX_KEY={base64.b64encode(secrets.token_bytes(32)).decode()}")
