"""Why a report cannot be asked for, in a sentence."""


class Refused(Exception):
    """A sentence and the form field it belongs to."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.field = sentence, field
