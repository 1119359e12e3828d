"""A shop and a folder → the texts of the folder's files that say what lives. Nothing is
written here.

First every manifest is written as well as it can be. Then the folder is read as if that
were done: what the reader refuses is silenced by a comment where a rule can be, and taken
back where it cannot. What would not survive a plan is taken back too.
"""

import os
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from reconciler.errors import InvalidManifests
from reconciler.kinds.registry import kind_of
from reconciler.manifest.dump.choose import Choice, Wanted
from reconciler.manifest.dump.comments import with_comments
from reconciler.manifest.dump.draft import Draft, Namesake, Silenced, Unwritten
from reconciler.manifest.dump.file_names import folder_of, new_places
from reconciler.manifest.dump.files import differences_of, edited, new_text
from reconciler.manifest.dump.folder import (
    NO_MANIFESTS,
    Folder,
    is_error,
    of_what_was_read,
)
from reconciler.manifest.dump.say import Said, say_again, say_new
from reconciler.manifest.files import printable, text_of
from reconciler.manifest.resolve import Resolved
from reconciler.manifest.yaml import YamlProblem
from reconciler.model.address import Address
from reconciler.model.live import Live
from reconciler.model.manifest import Manifest
from reconciler.model.plan import Plan
from reconciler.model.source import Finding
from reconciler.rules import RULES

PlanOf = Callable[[Resolved], Plan]
"""The plan of some manifests. Raises InvalidManifests."""
NOTHING: Mapping[str, tuple[Address, str]] = MappingProxyType({})
_NOT_LIVE = "it does not live in the shop; its manifest is left as it is"
_DIFFERS = "a plan would still change the shop"
_TO_GO = "its manifest asks for it to be deleted, and it lives"


def draft_of(
    folder: Folder,
    live: Live,
    wanted: Wanted,
    plan_of: PlanOf,
    more: Mapping[str, tuple[Address, str]] = NOTHING,
) -> Draft:
    """What the files are to hold. `more` are new files that somebody else has made, by
    path: their addresses and texts. Raises WrongUsage.
    """
    choice = Choice(folder.existing.desired, live)
    pull = _Pull(folder, live, choice, plan_of)
    for file, (address, text) in more.items():
        pull.texts[file], pull.at[file] = text, [address]
    picked = choice.picked(wanted)
    pull.write(picked)
    pull.settle()
    return pull.draft({choice.written[each] for each in picked}, wanted)


@dataclass(slots=True)
class _Pull:
    """A pull that is under way. `texts` are those of the files that are new or change,
    `old` the ones that they had, `at` what is written to each.
    """

    folder: Folder
    live: Live
    choice: Choice
    plan_of: PlanOf
    texts: dict[str, str] = field(default_factory=dict)
    old: dict[str, str] = field(default_factory=dict)
    at: dict[str, list[Address]] = field(default_factory=dict)
    kept: list[Address] = field(default_factory=list)
    unwritten: dict[tuple[Address, str], Unwritten] = field(default_factory=dict)
    silenced: list[Silenced] = field(default_factory=list)
    resolved: Resolved | None = None
    plan: Plan | None = None

    # Writing.

    def write(self, picked: list[Address]) -> None:
        """Every manifest as well as it can be."""
        new: dict[Address, Address] = {}
        edits: dict[str, list[tuple[Manifest, Said]]] = {}
        for live in picked:
            if live not in self.choice.manifests:
                new[self.choice.written[live]] = live
                continue
            manifest = self.folder.existing.desired.manifests[
                self.choice.manifests[live]
            ]
            said = self._said_again(manifest, live)
            if said is not None:
                edits.setdefault(manifest.source.file, []).append((manifest, said))
        self._write_new(new)
        for file, several in edits.items():
            self._edit(file, several)
        self._check_edits(edits)

    def _said_again(self, manifest: Manifest, live: Address) -> Said | None:
        if manifest.absent:
            self._leave(manifest.address, "", _TO_GO)
            return None
        resource = self.live.resources[live]
        said = say_again(manifest, resource, self.choice.names)
        for part in said.left_out:
            self._leave(said.address, part.path, part.reason)
        if not differences_of(said):
            self.kept.append(said.address)
            return None
        return said

    def _write_new(self, new: Mapping[Address, Address]) -> None:
        told = {}
        for address, live in new.items():
            said = say_new(address, self.live.resources[live], self.choice.names)
            for part in said.left_out:
                self._leave(address, part.path, part.reason)
            if said.wanted is not None:
                told[address] = said
        for address, place in new_places(told, set(self._taken(told))):
            file = os.path.normpath(os.path.join(self.folder.path, place))
            live = new[address]
            real_name = kind_of(live).name_of(self.live.resources[live])
            others = self.choice.namesakes(live)
            self.texts[file] = new_text(told[address], others, real_name)
            self.at[file] = [address]

    def _taken(self, addresses: Mapping[Address, Said]) -> Iterator[str]:
        """The files that are in the folders of these kinds, whatever they hold."""
        for name in {folder_of(address.kind) for address in addresses}:
            place = os.path.join(self.folder.path, name)
            if os.path.isdir(place):
                yield from (os.path.join(name, each) for each in os.listdir(place))

    def _edit(self, file: str, several: list[tuple[Manifest, Said]]) -> None:
        text = _text_of(file)
        if text is None:
            for _, said in several:
                self._leave_differences(said, "the file cannot be edited")
            return
        found = [(manifest.source.document, said) for manifest, said in several]
        result = edited(text, _is_json(file), found, self.folder.renderer)
        for address, parts in result.refused.items():
            for part in parts:
                self._leave(address, part.path, part.reason)
        if result.text == text:
            return
        self.old[file], self.texts[file] = text, result.text
        self.at[file] = [
            said.address
            for _, said in several
            if len(result.refused.get(said.address, ())) < len(differences_of(said))
        ]

    def _check_edits(self, edits: Mapping[str, list[tuple[Manifest, Said]]]) -> None:
        """Takes back the files in which something else would have changed as well."""
        if not self.old:
            return
        resolved = self.folder.read(self.texts)
        for file in list(self.old):
            if not self._is_as_wanted(file, resolved):
                del self.old[file], self.texts[file], self.at[file]
                for _, said in edits[file]:
                    self._leave_differences(said, "it cannot be edited in place")

    def _is_as_wanted(self, file: str, resolved: Resolved) -> bool:
        """Whether nothing but what was to be edited has changed."""
        before = self._in_file(self.folder.existing, file)
        after = self._in_file(resolved, file)
        if before.keys() != after.keys():
            return False
        live_at = {written: live for live, written in self.choice.manifests.items()}
        changed = [a for a in after if after[a].resource != before[a].resource]
        if any(live_at.get(a) not in self.live.resources for a in changed):
            return False
        for address in changed:
            manifest, old = after[address], before[address]
            resource = self.live.resources[live_at[address]]
            said = say_again(manifest, resource, self.choice.names)
            if not self._are_left(said) or not _asks_the_same(manifest, old):
                return False
        return True

    def _in_file(self, resolved: Resolved, file: str) -> dict[Address, Manifest]:
        shown = printable(file)
        return {
            address: manifest
            for address, manifest in resolved.desired.manifests.items()
            if manifest.source.file == shown
        }

    def _are_left(self, said: Said) -> bool:
        """Whether all that still differs was refused before."""
        return all(
            (said.address, difference.words) in self.unwritten
            for difference in differences_of(said)
        )

    def _leave(self, address: Address, path: str, why: str) -> None:
        manifest = self.folder.existing.desired.manifests.get(address)
        source = manifest.source.short if manifest else None
        told = Unwritten(address, path, why, source)
        self.unwritten.setdefault((address, path), told)

    def _leave_differences(self, said: Said, why: str) -> None:
        for difference in differences_of(said):
            self._leave(said.address, difference.words, f"{why}: change it by hand")

    # Settling.

    def settle(self) -> None:
        """Until the reader and a plan agree with all that is left."""
        while self._settle_findings() or self._settle_plan():
            pass

    def _settle_findings(self) -> bool:
        """Silences or takes back what is refused; whether anything was."""
        self.resolved = self.folder.read(self.texts)
        by_name = {printable(file): file for file in self.texts}
        wrong: dict[str, list[Finding]] = {}
        for finding in self.resolved.offline_findings:
            file = by_name.get(finding.source.file)
            if file is not None and is_error(finding):
                wrong.setdefault(file, []).append(finding)
        for file, findings in wrong.items():
            self._settle_file(file, findings)
        return bool(wrong)

    def _settle_file(self, file: str, findings: list[Finding]) -> None:
        known = {(each.file, each.rule, each.message) for each in self.silenced}
        again = [f for f in findings if (file, f.rule, f.message) in known]
        loud = [f for f in findings if not RULES[f.rule].silenceable]
        if again or loud or _is_json(file):
            self._take_back(file, (again or loud or findings)[0].message)
            return
        self.texts[file] = with_comments(self.texts[file], findings, self.folder.today)
        for finding in findings:
            line = finding.source.line
            self.silenced.append(Silenced(finding.rule, finding.message, file, line))
        above = sorted({(each.source.line, each.rule) for each in findings})
        self.silenced = [_below(each, file, above) for each in self.silenced]

    def _settle_plan(self) -> bool:
        """Takes back new manifests that a plan would not leave alone."""
        assert self.resolved is not None
        try:
            self.plan = self.plan_of(of_what_was_read(self.resolved, self.live))
        except InvalidManifests:
            self.plan = None
            return False
        touched = {each.address for each in self.plan.changes}
        reasons = {each.address: each.message for each in self.plan.blocked}
        taken_back = False
        for file, addresses in list(self.at.items()):
            stopped = [a for a in addresses if a in touched or a in reasons]
            if stopped and file not in self.old:
                why = reasons.get(stopped[0], "a plan would change it")
                self._take_back(file, why)
                taken_back = True
        return taken_back

    def _take_back(self, file: str, why: str) -> None:
        """The file stays as it is, or does not come to be."""
        self.silenced = [each for each in self.silenced if each.file != file]
        self.old.pop(file, None)
        del self.texts[file]
        for address in self.at.pop(file):
            self._leave(address, "", why)

    # What came of it.

    def draft(self, picked: set[Address], wanted: Wanted) -> Draft:
        """All of it, in the order of files and addresses."""
        assert self.resolved is not None
        self._leave_what_differs(picked, wanted)
        findings = (f for f in self.resolved.offline_findings if f.rule != NO_MANIFESTS)
        return Draft(
            texts={file: self._marked(file) for file in sorted(self.texts)},
            created=frozenset(self.texts.keys() - self.old.keys()),
            addresses={file: tuple(each) for file, each in self.at.items()},
            kept=tuple(sorted(self.kept)),
            unwritten=tuple(self.unwritten[key] for key in sorted(self.unwritten)),
            silenced=tuple(self.silenced),
            namesakes=tuple(self._namesakes(picked)),
            findings=tuple(findings),
            plan=self.plan,
            live=self.live,
        )

    def _marked(self, file: str) -> str:
        """The text, with the byte order mark that its file had."""
        text = self.texts[file]
        if file not in self.old:
            return text
        with open(file, "rb") as stream:
            is_marked = stream.read(len(BOM_UTF8)) == BOM_UTF8
        return f"\ufeff{text}" if is_marked else text

    def _namesakes(self, picked: set[Address]) -> Iterator[Namesake]:
        for live, written in self.choice.written.items():
            others = self.choice.namesakes(live)
            if others and written in picked:
                yield Namesake(written, others)

    def _leave_what_differs(self, picked: set[Address], wanted: Wanted) -> None:
        """Manifests that a plan would still carry out; those that nobody asked for are
        left out.
        """
        if self.plan is None:
            return
        told = {address for address, _ in self.unwritten}
        reasons = {each.address: each.message for each in self.plan.blocked}
        for change in self.plan.changes:
            missing = change.action == "create"
            reasons[change.address] = _NOT_LIVE if missing else _DIFFERS
        for address, why in reasons.items():
            is_asked = wanted.only is None and address.kind in wanted.kinds
            if address not in told and (is_asked or address in picked):
                self._leave(address, "", why)


def _below(each: Silenced, file: str, comments: list[tuple[int, str]]) -> Silenced:
    """The same at its line below new comments, which stand above these lines."""
    if each.file != file:
        return each
    moved = sum(line <= each.line for line, _ in comments)
    return replace(each, line=each.line + moved)


def _asks_the_same(one: Manifest, other: Manifest) -> bool:
    """Whether both have the same instructions to this tool."""
    return (
        one.resource.accept == other.resource.accept
        and one.renamed_from == other.renamed_from
    )


def _is_json(file: str) -> bool:
    return file.lower().endswith(".json")


def _text_of(file: str) -> str | None:
    """None for a name that is no text, and so not the path itself."""
    try:
        return text_of(file)
    except (OSError, YamlProblem):
        return None
