"""What commands have as results, each with what its renderers need."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from reconciler.report.terminal import Paint, plain

if TYPE_CHECKING:
    from reconciler.errors import Refused, Stale
    from reconciler.model.drift import Drift
    from reconciler.model.live import Live
    from reconciler.model.manifest import Desired
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Exit, Plan
    from reconciler.model.pulled import Pulled
    from reconciler.model.shops import Compared
    from reconciler.model.source import Finding
    from reconciler.model.usage import Impact
    from reconciler.records.report import RowsReport
    from reconciler.report.graph import Picture
    from reconciler.report.places import Rename

ResultKind = Literal[
    "plan",
    "findings",
    "outcome",
    "refusal",
    "drift",
    "compared",
    "graph",
    "pull",
    "rows",
    "impact",
]


@dataclass(frozen=True, slots=True)
class View:
    """A result and what else a renderer may need; `paint` colours text for a
    terminal.
    """

    kind: ClassVar[ResultKind]
    paint: Paint = field(default=plain, kw_only=True)

    def with_paint(self, paint: Paint) -> Self:
        """The same result, in colours."""
        return replace(self, paint=paint)

    def elsewhere(self, rename: "Rename") -> Self:
        """The same result with other names of its files."""
        return self


@dataclass(frozen=True, slots=True)
class PlanView(View):
    """`desired` gives pictures all definitions and fields, and `live` what is in those
    that are deleted; `link` is the address of the repository's root at the head commit,
    below which files are linked.
    """

    kind = "plan"
    plan: "Plan"
    desired: "Desired | None" = None
    link: str | None = None
    live: "Live | None" = None

    def elsewhere(self, rename: "Rename") -> Self:
        """The same plan with other names of its files."""
        from reconciler.report.places import plan_elsewhere

        return replace(self, plan=plan_elsewhere(self.plan, rename))


@dataclass(frozen=True, slots=True)
class FindingsView(View):
    """What was found in so many manifests (or what `noun` says), how the command ends,
    the version of this program, which SARIF names, and how many of the manifests are
    messages. What is only good to know is counted in text, and told `with_notes`.
    """

    kind = "findings"
    findings: "Sequence[Finding]"
    manifests: int
    code: int
    reason: str
    version: str
    messages: int = 0
    noun: str = "manifest"
    with_notes: bool = False

    def elsewhere(self, rename: "Rename") -> Self:
        """The same findings with other names of their files."""
        from reconciler.report.places import findings_elsewhere

        return replace(self, findings=findings_elsewhere(self.findings, rename))


@dataclass(frozen=True, slots=True)
class OutcomeView(View):
    """How an apply of the plan ended; `link` is that of a PlanView."""

    kind = "outcome"
    plan: "Plan"
    outcome: "Outcome"
    exit: "Exit"
    link: str | None = None

    def elsewhere(self, rename: "Rename") -> Self:
        """The same outcome with other names of the plan's files."""
        from reconciler.report.places import plan_elsewhere

        return replace(self, plan=plan_elsewhere(self.plan, rename))


@dataclass(frozen=True, slots=True)
class RefusalView(View):
    """Why an apply sent nothing: of its plan, or before there was one that could be
    believed. `target` is where it would have gone, as far as that is known; `version` is
    that of this program, which SARIF names; `link` is that of a PlanView.
    """

    kind = "refusal"
    plan: "Plan | None"
    why: "Refused | Stale"
    target: str = ""
    version: str = ""
    link: str | None = None

    def elsewhere(self, rename: "Rename") -> Self:
        """The same refusal with other names of the files of plan and items."""
        from reconciler.report.places import plan_elsewhere, refused_elsewhere

        plan = plan_elsewhere(self.plan, rename) if self.plan else None
        return replace(self, plan=plan, why=refused_elsewhere(self.why, rename))


@dataclass(frozen=True, slots=True)
class DriftView(View):
    """How a shop differs from its manifests; `link` is that of a PlanView."""

    kind = "drift"
    drift: "Drift"
    link: str | None = None

    def elsewhere(self, rename: "Rename") -> Self:
        """The same drift with other names of its files."""
        from reconciler.report.places import drift_elsewhere

        return replace(self, drift=drift_elsewhere(self.drift, rename))


@dataclass(frozen=True, slots=True)
class ComparedView(View):
    """How two shops differ."""

    kind = "compared"
    compared: "Compared"


@dataclass(frozen=True, slots=True)
class RowsView(View):
    """The rows of one record set beside a shop, or how a push of them ended."""

    kind = "rows"
    report: "RowsReport"

    def elsewhere(self, rename: "Rename") -> Self:
        """The same report with other names of its files."""
        files = tuple(
            replace(each, path=rename(each.path)) for each in self.report.files
        )
        return replace(self, report=replace(self.report, files=files))


@dataclass(frozen=True, slots=True)
class PullView(View):
    """What was written of a shop."""

    kind = "pull"
    pulled: "Pulled"


@dataclass(frozen=True, slots=True)
class ImpactView(View):
    """Who uses a resource or a field of it."""

    kind = "impact"
    impact: "Impact"


@dataclass(frozen=True, slots=True)
class GraphView(View):
    """Definitions and how they refer to each other."""

    kind = "graph"
    picture: "Picture"
