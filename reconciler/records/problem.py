"""What is wrong with one value of a row, in two wordings: rows hold personal data, and a
report tells a value only where the record set permits it.
"""

from reconciler.form.spelling import shown
from reconciler.kinds.records.manifest import Show


class CellProblem(ValueError):
    """A value that is not sent as it stands, or that is worth a look (`is_warning`).

    `message` quotes it, and `discreet` says the same without it. `keyed` has no more
    than a shortened key, where the value names a person.
    """

    def __init__(
        self,
        rule: str,
        message: str,
        discreet: str,
        *,
        keyed: str = "",
        is_warning: bool = False,
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.discreet = discreet
        self.keyed = keyed or message
        self.is_warning = is_warning

    def words(self, show: Show) -> str:
        """What a report says that may tell so much of rows."""
        match show:
            case "values":
                return self.message
            case "keys":
                return self.keyed
            case "none":
                return self.discreet


def problem_of(rule: str, value: object, words: str) -> CellProblem:
    """`words` go on behind the value: `is no number`."""
    return CellProblem(rule, f"{shown(value)} {words}", f"the value {words}")
