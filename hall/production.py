"""What the production profile refuses to start with (等保三级: no default or shared secret; ASVS 13.4.2)."""

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_start(*, debug: bool, secret_key: str, field_keys: str, index_key: str, hosts: list[str]) -> None:
    """Raise ImproperlyConfigured naming everything that is missing or unsafe."""
    problems = [
        sentence
        for unsafe, sentence in (
            (debug, "HALL_DEBUG must not be 1"),
            (len(secret_key) < 50 or "insecure" in secret_key, "HALL_SECRET_KEY must be set to 50 random characters"),
            (not field_keys, "HALL_FIELD_KEYS must name at least one encryption key"),
            (not index_key, "HALL_INDEX_KEY must be set"),
            ("*" in hosts or not any(hosts), "HALL_ALLOWED_HOSTS must list the hosts served"),
        )
        if unsafe
    ]
    if problems:
        raise ImproperlyConfigured("The production profile does not start: " + "; ".join(problems) + ".")
