"""The whole demonstration, in one transaction: all of it or none, so that a start that was cut short begins again."""

import gc
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from approvals.catalogue.models import ItemVersion
from approvals.demonstration import cases, conduct, items, merits, organisation, timeline, voices, watching
from approvals.demonstration.organisation import Hall
from approvals.demonstration.stories import STORIES, Story
from hall.access.models import User
from hall.organisation import actions
from hall.organisation.queries import installation

# Items and people were there before the oldest case.
SET_UP_BEFORE = timedelta(days=200)
COLLECT_AFTER: Final = 100_000  # new objects, where Python's own rule is 700
# Spoken letters and digits, one of each class the password rules ask for, easy to type on a shared machine.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was made; `fresh` is false where the database already held the demonstration."""

    fresh: bool
    items: int = 0
    cases: int = 0


class NotEmpty(Exception):
    """The database holds real accounts: the demonstration is never mixed with them."""


def load(*, at: datetime, stories: Sequence[Story] = STORIES) -> Loaded:
    """Fill an empty database; a second call changes nothing. Tests take fewer `stories`.

    Raises NotEmpty where there are accounts that are no demonstration.
    """
    if installation().demonstration:
        return Loaded(fresh=False)
    if User.objects.exists():
        raise NotEmpty("这个数据库里已有真实账号，不能装入演示数据。请换一个空的数据目录。")
    password = keep_password(settings.DATA_DIR)
    with in_one_piece():
        actions.set_up_installation(name="演示政务服务大厅", demonstration=True)
        hall = organisation.load(at=at - SET_UP_BEFORE, password=password)
        published = items.load(hall, at=at - SET_UP_BEFORE)
        filed = play(hall, published, at=at, stories=stories)
    return Loaded(fresh=True, items=len(published), cases=filed)


@contextmanager
def in_one_piece() -> Iterator[None]:
    """One transaction without points to return to inside: nothing is undone alone here, an error ends the whole.

    The actions set six thousand of them, each two more questions to the database. What stays in memory until the end
    is not searched for garbage time and again either.
    """
    features, thresholds = connection.features, gc.get_threshold()
    with transaction.atomic():
        kept, features.uses_savepoints = features.uses_savepoints, False
        gc.set_threshold(COLLECT_AFTER, *thresholds[1:])
        try:
            yield
        finally:
            features.uses_savepoints = kept
            gc.set_threshold(*thresholds)


def play(hall: Hall, published: dict[str, ItemVersion], *, at: datetime, stories: Sequence[Story]) -> int:
    """Every case and what the other rooms make of it, in the order of time; returns how many cases were filed."""
    acts = cases.plan(hall, published, at=at, stories=stories)
    past = cases.past_days(hall, at)
    stage = timeline.Stage(hall, at=at, acts=acts, past=past)
    rooms = [room.scenes(stage) for room in (watching, voices, conduct, merits)]
    timeline.play(chain(timeline.acted(acts), *rooms), until=at)
    return sum(act.act == "register" for act in acts)


def keep_password(folder: Path) -> str:
    """The one random password of this data folder, readable by its owner only; made at the first call."""
    path = folder / "demonstration-password"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    password = "Ys-" + "".join(secrets.choice(ALPHABET) for _ in range(9)) + secrets.choice("23456789")
    with os.fdopen(handle, "w") as file:
        file.write(password + "\n")
    return password
