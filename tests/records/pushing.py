"""A shop in memory on the test's own clock, with one table of rows; and the closed sum, checked after every push."""

import io
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from reconciler.api.connection import Access, Connection, ConnectionOptions, Policy
from reconciler.api.limiter import Limiter
from reconciler.api.rows import HttpRows
from reconciler.form.scalars import canonical
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.definition.table import Table, table_of
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.check import Checker, rules_for, source_of
from reconciler.records.compare import Comparer
from reconciler.records.compared import Compared
from reconciler.records.options import CompareOptions, PushOptions
from reconciler.records.outcome import RowsOutcome
from reconciler.records.raw import Source
from reconciler.records.row_spool import RowSpool, State, open_row_spool
from reconciler.records.row_stream import RowStream
from reconciler.records.run import LEFT, Push
from reconciler.records.sent import Pace
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import FaultRules, Rule
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport

BASE = "http://localhost/v1"
BEGAN = 1_800_000_000.0
ASSIGNMENT = {
    "name": "Attribution",
    "unique_keys": ["contact_id"],
    "fields": [
        {"name": "contact_id", "label": "c", "type": "number", "required": True},
        {"name": "code", "label": "k", "type": "text", "required": True},
        {"name": "at", "label": "a", "type": "date"},
    ],
    "relationships": [{"sourceField": "contact_id", "targetSchemaType": "system", "targetSchema": "contacts"}],
}
PLAIN = {
    "name": "Manager",
    "unique_keys": ["code"],
    "fields": [
        {"name": "code", "label": "k", "type": "text", "required": True},
        {"name": "name", "label": "n", "type": "text"},
        {"name": "level", "label": "l", "type": "number"},
    ],
}


@dataclass
class Clock:
    """Time that passes when somebody waits."""

    now: float = BEGAN
    rested: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def rest(self, seconds: float) -> None:
        """Lets so much time pass."""
        self.rested.append(seconds)
        self.now += seconds


@dataclass(frozen=True)
class Part:
    """A file of rows."""

    file: str
    source: Source


@dataclass
class Pushed:
    """How one push went."""

    compared: Compared
    outcome: RowsOutcome
    told: list[str]
    states: Mapping[State, int]


class RowShop:
    """One shop with one definition. `around` may stand between the tool and the shop."""

    def __init__(
        self,
        definition: Mapping[str, Any] = PLAIN,
        around: Callable[[httpx.BaseTransport], httpx.BaseTransport] = lambda inner: inner,
        store: Store | None = None,
        read_timeout: float = 2.0,
        **switches: Any,
    ) -> None:
        self.clock = Clock()
        self.store = store or Store(":memory:", self.clock)
        self.faults = FaultRules()
        app = create_app(self.store, Switches(**{"rate_limit": 0, **switches}), self.faults)
        self.key = self.store.ensure_shop().key
        self.transport = SandboxTransport(app)
        self.other = httpx.Client(transport=self.transport, base_url=BASE, headers={"spm-api-key": self.key})
        policy = Policy(first_delay=0.0, longest_delay=0.0, read_timeout=read_timeout)
        options = ConnectionOptions(around(self.transport), policy, Limiter(10**6), self.clock.rest)
        self.connection = Connection(Access(BASE, SecretStr(self.key)), options)
        self.rows = HttpRows(self.connection)
        self.ids: dict[str, int] = {}
        self.use(definition)

    def use(self, definition: Mapping[str, Any]) -> None:
        """Creates a definition, and makes it the one that is pushed to."""
        self.definition = Definition.model_validate(definition)
        left_out = {"kind", "accept", "ensure", "renamed_from"}
        body = self.definition.model_dump(by_alias=True, exclude_none=True, exclude=left_out)
        for each in body.get("relationships", ()):
            each["targetSchema"] = str(self.ids.get(each["targetSchema"], each["targetSchema"]))
        answer = self.post("/custom-data-definitions", body)
        self.table: Table = table_of(self.definition)
        self.number = int(answer["data"]["id_definition"])
        self.ids[self.definition.name] = self.number

    def post(self, path: str, body: object) -> Any:
        """Somebody else writes, and it is visible."""
        answer = self.other.post(path, json=body)
        assert answer.is_success, answer.text
        self.clock.now += 10
        return answer.json()

    def customers(self, numbers: Sequence[int]) -> None:
        """Contacts follow from customers: C5 has the e-mail p5@example.com."""
        people = [_customer(number) for number in numbers]
        for place in range(0, len(people), 50):
            self.post("/customers", people[place : place + 50])

    def save(self, *rows: Mapping[str, Any], table: str | None = None) -> None:
        """Somebody else writes rows."""
        number = self.ids[table] if table else self.number
        for place in range(0, len(rows), 20):
            self.post(f"/custom-data-records/{number}", list(rows[place : place + 20]))

    def live(self, table: str | None = None) -> list[dict[str, Any]]:
        """All rows as they are, asked for without the tool."""
        number = self.ids[table] if table else self.number
        found: list[dict[str, Any]] = []
        with self.quiet():
            while True:
                params = {"limit": 100, "offset": len(found), "order[0][field]": "id", "order[0][type]": "asc"}
                body = self.other.get(f"/custom-data-records/{number}", params=params).json()
                found += body["data"]
                if not body["data"]:
                    return found

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """What is asked meanwhile is not in the log and meets no fault."""
        rules, seen = self.faults.rules, self.faults.seen
        matched = self.faults._matched
        self.faults.set(())
        logged = len(self.store.requests())
        yield
        self.faults.rules, self.faults.seen, self.faults._matched = rules, seen, matched
        with self.store.writing() as db:
            db.execute(
                "DELETE FROM request WHERE id IN (SELECT id FROM request ORDER BY id LIMIT -1 OFFSET ?)", (logged,)
            )

    def asked(self) -> list[str]:
        """`METHOD path status` of every request since the log was cleared."""
        return [f"{each.method} {each.path} {each.status}" for each in self.store.requests()]

    def writes(self) -> list[str]:
        """Those that were not reads."""
        return [said for said in self.asked() if not said.startswith("GET")]

    def fail(self, **rule: Any) -> None:
        """Sets the one fault that strikes; counting starts over."""
        self.faults.set((Rule.parse(rule),))

    @contextmanager
    def comparer(self, *texts: str, spool: RowSpool | None = None, **options: Any) -> Iterator[Comparer]:
        """A comparison of these files, not begun."""
        asked = CompareOptions(
            mode=options.get("mode", "upsert"),
            where=options.pop("where", {}),
            read=options.pop("read", "auto"),
            shown=options.pop("shown", 20),
        )
        kind = options.pop("kind", "csv")
        records = RecordSet.model_validate({"definition": self.definition.name, **options})
        rules = rules_for(self.table, records)
        parts = []
        for number, text in enumerate(texts):
            name = f"{'abcdefgh'[number]}.{kind}"
            parts.append(Part(name, source_of(name, _opener(text), rules, records)))
        with open_row_spool() as opened:
            kept = spool or opened
            # The files are checked before the shop is read, as the commands do it.
            checker = Checker(rules, "none", kept)
            checked = [checker.check(part.source) for part in parts]
            count, good = sum(each.rows for each in checked), sum(each.good for each in checked)
            stream = RowStream(rules, parts, asked.where)
            side = (self.rows, self.number, self.ids.get)
            yield Comparer(stream, records, *side, kept, asked, count, is_taken_in=good == count)

    def compare(self, *texts: str, **options: Any) -> Compared:
        """What would be done."""
        with self.comparer(*texts, **options) as comparer:
            return comparer.run()

    def push(
        self,
        *texts: str,
        options: PushOptions | None = None,
        between: Callable[[], object] = lambda: None,
        rest: Callable[[float], object] | None = None,
        stop: Callable[[], bool] = lambda: False,
        **settings: Any,
    ) -> Pushed:
        """Compares, lets somebody else act, and pushes; the sum is checked."""
        told: list[str] = []
        with self.comparer(*texts, **settings) as comparer:
            read_at = self.clock()
            compared = comparer.run()
            between()
            pace = Pace(rest or self.clock.rest, stop, self.clock, told.append)
            push = Push(comparer, compared, self.rows, options or PushOptions(), pace, read_at)
            outcome = push.run()
            pushed = Pushed(compared, outcome, told, comparer.spool.counts())
            self._check(comparer, pushed)
        return pushed

    def _check(self, comparer: Comparer, pushed: Pushed) -> None:
        """Each row is in exactly one state, and what is said to be stored is stored as the file has it."""
        outcome = pushed.outcome
        states = (outcome.unchanged, outcome.refused, outcome.created, outcome.updated)
        left = (outcome.rejected, outcome.unknown, outcome.moved, outcome.not_sent)
        assert comparer.rows == outcome.rows == sum(states) + sum(left), outcome
        assert all(count >= 0 for count in (*states, *left, outcome.deleted, outcome.not_deleted)), outcome
        if outcome.left_over or outcome.refused:
            assert 0 != outcome.exit.code, outcome
        if comparer.is_bag:
            return
        self.clock.now += 10
        bad = {(each.file, each.line) for each in outcome.not_stored}
        assert outcome.rejected + outcome.unknown + outcome.moved == len(bad) == len(outcome.not_stored), outcome
        for state in LEFT:
            bad |= set(comparer.spool.lines(state, 10**6))
        good = self._good(comparer, bad)
        assert len(good) == outcome.unchanged + outcome.stored, outcome
        self.check_live(good, comparer.records.ignore_differences)

    def _good(self, comparer: Comparer, bad: set[tuple[int, int]]) -> list[Mapping[str, Any]]:
        good = []
        with self.quiet():
            for _, file, row in comparer.stream.rows():
                resolved = next(comparer.resolver.resolve([row]))
                if (file, row.line) not in bad and not resolved.problem:
                    good.append(resolved.values)
        return good

    def check_live(self, rows: Sequence[Mapping[str, Any]], ignored: Sequence[str] = ()) -> None:
        """These rows are there as they are, each once."""
        live: dict[Any, dict[str, Any]] = {}
        for row in self.live():
            key = self._plain(row, self.table.keys)
            assert key not in live, f"twice: {key}"
            live[key] = row
        for wanted in rows:
            names = tuple(name for name in wanted if name not in ignored)
            found = live[self._plain(wanted, self.table.keys)]
            assert self._plain(wanted, names) == self._plain(found, names), (wanted, found)

    def _plain(self, row: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
        """Values in one spelling, made here and not by what is tested."""
        plain = []
        for name in names:
            value = canonical(row.get(name), self.table.columns[name].type)
            text = value if isinstance(value, str) else json.dumps(value)
            plain.append(fold(text) if name in self.table.keys else text)
        return tuple(plain)

    def close(self) -> None:
        """Ends the loop of the sandbox."""
        self.connection.__exit__()
        self.other.close()
        self.transport.close()
        self.store.close()


class Unfiltered(httpx.BaseTransport):
    """A shop that ignores all filters."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        kept = [(name, value) for name, value in request.url.params.multi_items() if not name.startswith("filters")]
        request.url = request.url.copy_with(query=str(httpx.QueryParams(kept)).encode())
        return self._inner.handle_request(request)


def new_shop(**settings: Any) -> Any:
    """A shop, to be used in a `with`."""
    return closing(RowShop(**settings))


def fold(text: str) -> str:
    """As the server compares the texts of keys."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).rstrip(" ")


def _opener(text: str) -> Callable[[], io.BytesIO]:
    return lambda: io.BytesIO(text.encode())


def _customer(number: int) -> Mapping[str, Any]:
    return {
        "customer_id": f"C{number}",
        "email": f"p{number}@example.com",
        "first_name": "a",
        "last_name": "b",
        "lang": "fr",
        "is_newsletter_subscribed": True,
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-01T00:00:00Z",
    }


def table(names: str, *rows: Sequence[object]) -> str:
    """A CSV file."""
    return "\n".join([names, *(",".join(map(str, row)) for row in rows)]) + "\n"


def managers(count: int, level: int = 1, first: int = 0) -> str:
    """A CSV file of so many rows of `PLAIN`."""
    return table("code,name,level", *((f"M{i}", f"Name {i}", level) for i in range(first, first + count)))


def folder_of(path: Path, **files: str) -> Path:
    """Files in a folder."""
    for name, text in files.items():
        (path / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return path
