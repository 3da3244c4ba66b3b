"""Why a number was not set. Every message is a sentence for the person at the page."""


class Refused(Exception):
    """A fact forbids it. `field` names the form field the sentence belongs to, if any."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotPermitted(Refused):
    """The person's role or place forbids it."""
