"""A create in doubt, as a user meets it: what is waited for is said, and the wait ends when the run is to stop."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.warm.start import warm_command

TABLE = "kind: definition\nname: A\nfields: [{name: a, type: text}]\n"
LOST = {"action": "lose_before", "method": "POST", "count": 99}


def test_the_wait_for_a_create_in_doubt_is_told_and_ctrl_c_ends_it(serve: Callable, tmp_path: Path) -> None:
    """What was not seen by then is unknown, with what to do; it is not sent again. `--timeout` stops a run alike."""
    served = serve()
    served.control("PUT", "faults", {"rules": [LOST]})
    (tmp_path / "shop.yaml").write_text(TABLE)
    process = subprocess.Popen(
        [*warm_command(), "apply", "shop.yaml", "--auto-approve", "--format", "json"],
        cwd=tmp_path,
        env={**os.environ, **served.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    told = process.stderr.readline()
    assert told.startswith("waiting for definition/A to appear, since POST /custom-data-definitions got no answer: ")
    assert told.endswith(", up to 43 seconds more\n")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    report: Any = json.loads(out)
    assert 130 == process.returncode == report["exit"]["code"]
    assert "Stopping: " in err
    (unknown,) = report["unknown"]
    assert unknown["error"].endswith("wait a minute, then plan again to see")
    log: Any = served.control("GET", "requests")
    rows = log["requests"] if isinstance(log, dict) else log
    assert 1 == sum(row["method"] == "POST" for row in rows)
