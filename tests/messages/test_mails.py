"""200 mails as shops send them: every variable in them is found, and nothing else is told.

49 are written by hand after what shops and builders of mails send, 3 are compiled by MJML, and the others are put
together from building blocks.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import html5lib
import pytest

from reconciler.messages.tokens import find_tokens
from tests.messages.mail_blocks import OCCASIONS, mails

WRITTEN = sorted((Path(__file__).parent / "mails").iterdir())
TEXTS = {file.name: file.read_text(encoding="utf-8") for file in WRITTEN}
MAILS = TEXTS | dict(mails(200 - len(TEXTS)))
PLANTED = re.compile(r"\{var=[\w.]+\}|%7Bvar=[\w.]+%7D")
FOREIGN = {
    "plain-text-code-newsletter.txt": ["{b.c}", "{a.b}"],
    "velocity-survey.html": ["{not.a.variable}"],
}
"""In a text without tags nothing tells a script from a sentence: what reads {word.word} there is listed."""


def _alarms(name: str) -> list[str]:
    found = find_tokens(MAILS[name])
    foreign = [each.written for each in found.foreign if each.written not in FOREIGN.get(name, ())]
    return [miss.written for miss in found.near_misses] + foreign


def test_no_mail_raises_a_false_alarm(figure: Callable) -> None:
    """M2: MJML, style sheets, JSON-LD, scripts and a dozen languages of templates are silent."""
    alarms = {name: told for name in MAILS if (told := _alarms(name))}
    figure("mails", f"{len(MAILS)}, false alarms {len(alarms)}")
    assert {} == alarms
    assert 200 == len(MAILS)


def test_every_variable_of_the_mails_is_found(figure: Callable) -> None:
    """Each as it is written, and in the order of the text."""
    planted = {name: PLANTED.findall(text) for name, text in MAILS.items()}
    found = {name: [token.written for token in find_tokens(text).tokens] for name, text in MAILS.items()}
    figure("variables in mails", f"{sum(map(len, found.values()))} of {sum(map(len, planted.values()))}")
    assert planted == found


def test_places_are_those_that_a_parser_of_html_sees() -> None:
    """In links, in other attributes and in text, as html5lib reads the mails that are files."""
    for name, text in TEXTS.items():
        if name.endswith(".html"):
            seen = re.sub(r"<!--\[if[^>]*>|<!-- ?-?->|<!(?:-- ?<!)?\[endif\]-->", "", text)
            assert _parsed(seen) == Counter(_placed(seen)), name


def _placed(text: str) -> Iterator[tuple[str, str]]:
    for token in find_tokens(text).tokens:
        yield token.written, "text" if token.place == "line" else token.place


def _parsed(text: str) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for element in html5lib.parse(text, namespaceHTMLElements=False).iter():
        for name, value in element.attrib.items():
            place = "link" if name in ("href", "src") else "attribute"
            found.update((written, place) for written in PLANTED.findall(value))
        words = (element.text or "") + "\n" + (element.tail or "")
        found.update((written, "text") for written in PLANTED.findall(words))
    return found


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_words_of_a_mail_are_told(name: str) -> None:
    """One summary line, whatever the words are."""
    assert FOREIGN[name] == [each.written for each in find_tokens(MAILS[name]).foreign]


def test_the_mails_differ() -> None:
    """At least 40 are written by hand; of the others, no two are alike once their occasion is left out."""
    assert 40 <= len(TEXTS)
    made = [text for name, text in MAILS.items() if name not in TEXTS]
    for title, sentence in OCCASIONS.values():
        made = [text.replace(title, "").replace(sentence, "") for text in made]
    assert len(made) == len(set(made))


def test_mistakes_are_found_in_every_mail() -> None:
    """The silence is no deafness: in each mail, one variable without its closing brace and one doubled are told."""
    for name, text in MAILS.items():
        planted = PLANTED.search(text)
        if planted is None or planted[0].startswith("%"):
            continue
        for wrong in (planted[0][:-1] + ",", f"{{{planted[0]}}}", planted[0].replace("var", "VAR")):
            spoiled = text[: planted.start()] + wrong + text[planted.end() :]
            misses = [miss.start for miss in find_tokens(spoiled).near_misses]
            assert planted.start() in misses, (name, wrong)
