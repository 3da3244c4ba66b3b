"""The query code of a complaint: derived from the token of the form it came in, stored nowhere (law 13)."""

from typing import Final
from uuid import UUID

from hall.privacy.canonical import half_width
from hall.privacy.indexes import keyed_digest, same_digest

# Letters and digits that survive being read out over the telephone: no 0 O 1 I L, no U beside V. 30^9 is 44 bits.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 9


def code_of(form_key: UUID) -> str:
    """The code, always the same for one form."""
    number = int(keyed_digest("complaint_code", form_key.bytes), 16)
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def spoken(code: str) -> str:
    """Groups of three, as shown."""
    return " ".join(code[start : start + 3] for start in range(0, len(code), 3))


def matches(form_key: UUID | None, typed: str) -> bool:
    """Whether what a person typed is the code, with the same work where there is no such complaint."""
    plain = "".join(c for c in half_width(typed).upper() if c.isalnum())
    right = code_of(form_key or UUID(int=0))
    same = same_digest(keyed_digest("complaint_try", right.encode()), keyed_digest("complaint_try", plain.encode()))
    return same and form_key is not None
