"""What the catalogue refuses, each with the sentence a person reads."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from approvals.catalogue.publishing import Finding


class CatalogueError(Exception):
    """A refusal whose text may be shown as it is."""

    sentence: str

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class FrozenVersionError(CatalogueError):
    """A version that was published cannot be edited; a change is a new version."""

    def __init__(self, number: int) -> None:
        super().__init__(f"第 {number} 版已经发布过，不能再改。要改动请新建版本。")


class StaleDraftError(CatalogueError):
    """Somebody else saved the draft after this person opened it."""

    def __init__(self) -> None:
        super().__init__("这份草稿在您打开之后被别人改过，请刷新后再改，以免覆盖。")


class NotPublishableError(CatalogueError):
    """The publish gate found something; `findings` says what and where."""

    def __init__(self, findings: "Sequence[Finding]") -> None:
        super().__init__(f"还有 {len(findings)} 处没有达到公开的要求，暂不能发布。")
        self.findings = findings
