"""What goes wrong at the start has a sentence, not a traceback."""


class Trouble(Exception):
    """Something the operator can put right; its text is the whole message, in Chinese, with the next step to take."""
