"""Somebody with a shop that has grown for years: from the installation to a change that is reviewed."""

import re
import shlex
import subprocess
from collections.abc import Callable

from tests.cli.desk import DEFINITIONS, Desk
from tests.spoken import section

NEXT_IN_README = "### From a shop that exists to a reviewed change\n"
HOSTILE = ("yes", "{{ x }}", "../../etc/passwd", "CON", "Événement 🎉", "A/B", "A B", "A-B")
"""Names that mean something to YAML, to a template or to a file system; the last three fold to one file."""


def test_a_shop_that_exists_is_under_review_after_five_commands(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """30 definitions, 12 events, prices, homonyms, tombstones; the commands of the README, but for the installation."""
    _grow(desk)
    install, *commands = _commands_of_the_readme()
    assert ("pipx", "install") == tuple(install[0][:2])
    writes = desk.writes()
    printed = [_run(desk, steps) for steps in commands]
    assert "42 files written for 42 resources" in printed[0]
    assert "The manifests are valid, and a plan of them is empty." in printed[0]
    comment = printed[-1]
    assert "definition/Pet" in comment
    assert "vaccinated_on" in comment
    assert "everything that works today keeps working" in comment
    assert writes == desk.writes()
    assert 5 == 1 + len(commands)
    figure("from an existing shop to a reviewed change", f"{1 + len(commands)} commands")


def _commands_of_the_readme() -> list[list[list[str]]]:
    """Of each command, the steps that are joined with &&."""
    text = section("Write down the shop you have").partition(NEXT_IN_README)[2]
    (block,) = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[:1]
    lines = block.replace("\\\n", " ").splitlines()
    return [[shlex.split(step, comments=True) for step in line.split(" && ")] for line in lines]


def _run(desk: Desk, steps: list[list[str]]) -> str:
    """In this process, or git; a step that ends with anything but 0 fails."""
    printed = ""
    for program, *arguments in steps:
        if program == "git":
            desk.git(*arguments)
        elif program == "sed":
            subprocess.run([program, *arguments], cwd=desk.folder, check=True)
        else:
            assert "reconciler" == program
            ended = desk.run(*arguments)
            assert 0 == ended.code, ended.err
            printed += ended.out
    return printed


def _grow(desk: Desk) -> None:
    """What years leave behind."""
    key = {"name": "code", "label": "code", "type": "text", "required": True}
    price = {"name": "price", "label": "price", "type": "decimal", "required": False}
    for name in ("Coupon2023", "Referral", "Tmp"):
        desk.send("DELETE", f"{DEFINITIONS}/{desk.define(name)}")
    desk.define(" Store")
    desk.define("Store", [key], unique_keys=["code"])
    about = {
        "sourceField": "code",
        "targetSchemaType": "system",
        "targetSchema": "products",
        "targetField": "product_id",
    }
    vet = desk.define("VetPricing", [key, price], unique_keys=["code"], relationships=[about])
    desk.price(vet)
    to_vet = {"sourceField": "code", "targetSchemaType": "custom", "targetSchema": str(vet), "targetField": "code"}
    desk.define("Pet", [key], unique_keys=["code"], relationships=[to_vet])
    desk.send("PATCH", f"{DEFINITIONS}/{desk.define('OldCampaign')}/deactivate")
    names = (*HOSTILE, "Referral", *(f"Table{n}" for n in range(16)))
    for name in names:
        desk.define(name, unique_keys=["code"])
    for n in range(12):
        title = {"fr": "Palier", "en": "Tier"} if n == 0 else f"Event: {n} # really"
        meta = [{"name": "what", "type": "text", "required": n % 2 == 0}]
        body = {"code_name": f"shop.event_{n}", "name": title, "properties": {"metaData": meta}}
        desk.send("POST", "/events", body)
