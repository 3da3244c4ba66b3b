"""Two schools of passwords as Django validators, chosen by the hall: 等保 or ASVS 5.0 (6.2)."""

import functools
import re
import secrets
from typing import Final

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError

from hall.access import guessable
from hall.access.models import User
from hall.organisation.enums import PasswordPolicy
from hall.organisation.queries import installation

HISTORY: Final = 5
MAX_LENGTH: Final = 128
# Password2026! is guessed right after password: a year and a sign are what rules of classes make people add.
SHORTEST_WORD: Final = 5
MOST_AROUND: Final = 6
_CLASSES: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
# No letters or digits that are mistaken for one another when read from a slip of paper.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz"
_DIGITS: Final = "23456789"


def password_classes(password: str) -> int:
    """How many of the four classes (lower, upper, digit, other) the password mixes."""
    return sum(bool(re.search(pattern, password)) for pattern in _CLASSES)


class HallPasswordValidator:
    """The rules of the hall's chosen policy, each refusal a sentence."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with every rule the password breaks."""
        policy = installation().password_policy
        rules = _DENGBAO if policy == PasswordPolicy.DENGBAO else _ASVS
        broken = [sentence for breaks, sentence in (*_ALWAYS, *rules) if breaks(password, user)]
        if broken:
            raise ValidationError(broken)

    def get_help_text(self) -> str:
        """What to choose, before anything is typed."""
        if installation().password_policy == PasswordPolicy.DENGBAO:
            again = f"不能与前 {HISTORY} 次相同；90 天后须更换。"
            return f"至少 10 位，大写、小写、数字、符号中至少三类；不能是常见口令加几个数字；{again}"
        return "至少 12 位，可以是一句话；不能是常见口令。"


def _reused(password: str, user: User | None) -> bool:
    if user is None or user.pk is None:
        return False
    hashes = list(user.past_passwords.values_list("password", flat=True)[:HISTORY])
    return any(check_password(password, used) for used in (user.password, *hashes[: HISTORY - 1]) if used)


def _common(password: str, _: User | None) -> bool:
    """Whether it is one of the twenty thousand most used, or one of them with a few digits and signs around it."""
    typed = password.lower().strip()
    word = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", typed)
    dressed_up = len(word) >= SHORTEST_WORD and len(typed) - len(word) <= MOST_AROUND and word in _most_used()
    return dressed_up or typed in _most_used()


@functools.cache
def _most_used() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _contains_name(password: str, user: User | None) -> bool:
    return user is not None and len(user.username) > 3 and user.username.lower() in password.lower()


_ALWAYS: Final = (
    (lambda p, _: len(p) > MAX_LENGTH, f"口令最多 {MAX_LENGTH} 位。"),
    (_contains_name, "口令里不能含有用户名。"),
    (lambda p, _: guessable.is_local(p), "口令里不能含有本单位、本地区的名称和“政务”“政府”这类字样，拼音也不行。"),
    (_common, "这是常见口令，或只在前后加了数字和符号，很容易被猜到，请换一个。"),
    (lambda p, _: guessable.is_breached(p), "这个口令在别处泄露过，请换一个。"),
)
_DENGBAO: Final = (
    (lambda p, _: len(p) < 10, "口令至少 10 位。"),
    (lambda p, _: password_classes(p) < 3, "大写字母、小写字母、数字、符号中至少要有三类。"),
    (_reused, f"不能与最近 {HISTORY} 次用过的口令相同。"),
)
_ASVS: Final = (
    (lambda p, _: len(p) < 12, "口令至少 12 位。"),
    (lambda p, u: u is not None and bool(u.password) and check_password(p, u.password), "新口令不能与现在的相同。"),
)
VALIDATORS: Final = (HallPasswordValidator(),)


def check(password: str, user: User | None) -> None:
    """Raise ValidationError unless `password` meets the hall's policy."""
    validate_password(password, user, password_validators=VALIDATORS)


def help_text() -> str:
    """The policy in one sentence."""
    return VALIDATORS[0].get_help_text()


def first_password() -> str:
    """A random first password for a slip of paper: 48 bits, meets both policies, changed at the first log-in."""
    parts = ["".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(2)]
    digits = "".join(secrets.choice(_DIGITS) for _ in range(4))
    return f"{parts[0].capitalize()}-{digits}-{parts[1]}"
