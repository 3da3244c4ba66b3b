"""What the code may not lean on, because it does not outlive a fault."""

import ast
import re

from tests.guards.source import product

REQUEST = re.compile(r"/(views|forms|actions|middleware|context)(/|\.py)|/(papers|door|closing|messages)\.py")
REMOVALS = {"hall/privacy/rotation.py", "approvals/cases/actions/keeping.py"}
RINGS = {"delay", "apply_async", "send_task"}


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_r15_no_effect_hangs_on_a_hook_after_the_commit() -> None:
    """A process may die before the hook runs; a `partial` with `robust=True` breaks in Django itself (ticket 36487).

    What must happen is written in the transaction (the outbox). The hooks there are take away files nobody refers to.
    """
    hooks = [f"{s.name} {ast.unparse(c)}" for s in product() for c in s.calls() if called(c) == "on_commit"]
    assert [hook for hook in hooks if "robust" in hook or "partial" in hook] == []
    assert {hook.split(" ", 1)[0] for hook in hooks} <= REMOVALS


def test_r04_no_request_rings_a_bell_that_may_hang() -> None:
    """Not one call to the broker between a person and the answer (reliability C2)."""
    asked = [source for source in product() if REQUEST.search(source.name)]
    assert asked
    assert [f"{s.name}:{c.lineno}" for s in asked for c in s.calls() if called(c) in RINGS] == []
