"""The program many times on one terminal, without loading it anew: each time in a copy of this process.

Run as `python -m tests.stories.again_and_again STEPS GO DONE`. STEPS has a line of JSON for each time: the arguments,
and which files are to hold what before. It begins with one for each byte that comes out of the pipe GO, and DONE gets a
line with the exit status after it, for whoever watches the terminal.
"""

import json
import os
import runpy
import sys
from pathlib import Path

LOADED = (
    *("supervision.cli", "supervision.cli.care", "supervision.cli.themes", "supervision.tui.app", "supervision.room"),
    *("supervision.shelf", "supervision.prompts.checking", "supervision.config", "pydantic", "yaml"),
)


def one(arguments: list[str]) -> None:
    """What `supervision` with these arguments does; ends this process."""
    sys.argv = ["supervision", *arguments]
    runpy.run_module("supervision", run_name="__main__", alter_sys=True)


def main(steps: Path, go: Path, done: Path) -> None:
    for module in LOADED:
        __import__(module)
    with done.open("w") as told, go.open("rb", buffering=0) as going:
        for line in steps.read_text().splitlines():
            step = json.loads(line)
            going.read(1)
            for name, content in step["files"].items():
                Path(name).write_text(content)
            child = os.fork()
            if not child:
                told.close()
                going.close()
                one(step["arguments"])
            told.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
            told.flush()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
