"""What is wrong with one value of a row, in two wordings: rows hold personal data, and a
report tells a value only where the record set permits it.
"""

from reconciler.form.spelling import shown


class CellProblem(ValueError):
    """A value that is not sent as it stands, or that is worth a look (`is_warning`).

    `message` quotes it, `discreet` says the same without it.
    """

    def __init__(
        self, rule: str, message: str, discreet: str, *, is_warning: bool = False
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.discreet = discreet
        self.is_warning = is_warning

    def words(self, *, with_values: bool) -> str:
        """What a report says."""
        return self.message if with_values else self.discreet


def problem_of(rule: str, value: object, words: str) -> CellProblem:
    """`words` go on behind the value: `is no number`."""
    return CellProblem(rule, f"{shown(value)} {words}", f"the value {words}")
