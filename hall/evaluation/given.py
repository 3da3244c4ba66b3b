"""Who is told when an evaluation was given, inside the same transaction: what follows a bad grade registers here.

Registered in AppConfig.ready; giving itself knows nothing of what comes after.
"""

from collections.abc import Callable
from datetime import datetime

from hall.evaluation.models import Evaluation

Follower = Callable[[Evaluation, datetime], None]
_followers: dict[str, Follower] = {}


def follow(name: str, follower: Follower) -> None:
    """Be called with every new evaluation and its moment; the same name again replaces the earlier one."""
    _followers[name] = follower


def tell(evaluation: Evaluation, at: datetime) -> None:
    """Call everybody registered, in the order of registration. An exception undoes the evaluation."""
    for follower in _followers.values():
        follower(evaluation, at)
