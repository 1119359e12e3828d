"""A reconciler.toml of a stranger is small, flat and short, or it is not read."""

import tomllib

import pytest

from reconciler.errors import SettingsError
from reconciler.manifest.settings_schema import parse_settings
from reconciler.manifest.toml_bounds import LARGEST_FILE, check_bounds

LONG = "a" + ".a" * 20_000
DEEP = "{a=" * 8_000 + "1" + "}" * 8_000
PARTS, NESTED = "a key has more than 16 parts", "values are nested deeper than 16"
HOSTILE = {
    "a dotted key": (f"{LONG} = 1", PARTS),
    "with blanks": (LONG.replace(".", " \t. ") + " = 1", PARTS),
    "with quotes": (LONG.replace("a", '"a"') + " = 1", PARTS),
    "with other quotes": (LONG.replace("a", "'a'") + " = 1", PARTS),
    "with empty parts": (LONG.replace("a", '""') + " = 1", PARTS),
    "a header": (f"[{LONG}]", PARTS),
    "the header of a list": (f"[[ {LONG} ]]", PARTS),
    "within a table": (f"x = {{ {LONG} = 1 }}", PARTS),
    "after a text that ends in its quote": (f"x = ['''a'''', {{{LONG}=1}}, ''' ''']", PARTS),
    "after one of two quotes": (f'x = ["""a""""", {{{LONG}=1}}, """ """]', PARTS),
    "after an escaped quote": (f'x = ["a\\"", {{{LONG}=1}}, "b"]', PARTS),
    "after a backslash that escapes nothing": (f"x = 'a\\'\n{LONG} = 1", PARTS),
    "after an escaped backslash": (f'x = """a\\\\"""\n{LONG} = 1', PARTS),
    "after quotes in a comment": (f"# \"\"\" '''\n{LONG} = 1 # \"\"\" '''", PARTS),
    "tables in tables": (f"x = {DEEP}", NESTED),
    "lists in lists": ("x = " + "[" * 60_000 + "]" * 60_000, NESTED),
    "lists over lines": ("x = " + "[\n" * 20 + "]\n" * 20, NESTED),
    "many keys": ("".join(f"k{number} = 1\n" for number in range(3_000)), "there are more than 2,000 keys"),
    "a long key": ("a" * 300 + " = 1", "a key is longer than 200 characters"),
    "a long part": ("a." + "a" * 300 + ".b = 1", "a key is longer than 200 characters"),
    "a large file": ("#" * 200_000, "is larger than 128 KiB"),
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_it_is_refused_before_the_parser_sees_it(trick: str) -> None:
    """40 kB of one key take the parser 2 GiB; the message has the number."""
    text, told = HOSTILE[trick]
    with pytest.raises(SettingsError) as refused:
        check_bounds(text.encode(), "reconciler.toml")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        f"default_target = 'a.b.c.d'\n[targets.'{'.' * 90}']\nvars = {{ x = '{'{' * 90}', y = \'\'\'[[[[{LONG}\'\'\'}}",
        "[targets.a]\r\nvars = {f = 1.5, t = 2020-01-01T00:00:00.5, l = [[1.5], [\n # [[[ a.b.c\n]]}",
        f"# {LONG} {'[' * 90}\n[targets.x.vars]\n" + "\n".join(f"k{number} = {number}" for number in range(900)),
        "[targets.t.vars]\nx = '''a''''\ny = \"\"\"\\\"\"\"\"\"\nz = ''",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_fine(text: str) -> None:
    """Texts and comments may hold anything."""
    tomllib.loads(text)
    check_bounds(text.encode(), "reconciler.toml")


@pytest.mark.parametrize("left_open", ['"""', "'''", '"', "'", '"\\', '"" ', "'#", '"#', "[", "\x00", "."])
def test_what_is_left_open_takes_no_time(left_open: str) -> None:
    """The file is refused all the same, by the bounds or by the parser."""
    text = "x = " + left_open * (LARGEST_FILE // len(left_open) - 4)
    with pytest.raises(SettingsError):
        parse_settings(text.encode(), "reconciler.toml")


def test_messages_stay_short() -> None:
    """Whatever is wrong, and however often."""
    many = "".join(f"{'k' * 190}{number} = 1\n" for number in range(500))
    for text in (many, "default_target = " + "9" * 100_000, "a.b = 1\n" + "'a'.'b' = 1\n"):
        with pytest.raises(SettingsError) as refused:
            parse_settings(text.encode(), "reconciler.toml")
        assert len(str(refused.value)) < 2_000
    with pytest.raises(SettingsError, match="targets: dictionary should have at most 50 items"):
        parse_settings("".join(f"[targets.t{number}]\n" for number in range(51)).encode(), "reconciler.toml")
