"""Why an action did not happen. Every message is a sentence for the person in front of the page."""


class Refused(Exception):
    """The law, the state or a fact forbids it. `field` names the form field the sentence belongs to, if any."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotPermitted(Refused):
    """The person's role, place or part in the matter forbids it."""
