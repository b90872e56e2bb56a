#!/usr/bin/env python3
"""Put dead events back into the queue: replay.py SPOOL [--host NAME] [--limit N] [--dry-run].

Attempts start from zero again. Events are moved oldest first and at most LIMIT_DEFAULT at a time,
since a subscriber that has just come back does not want a day's backlog at once.
"""

import argparse
import json
import os
import pathlib
import sys
from urllib.parse import urlsplit

LIMIT_DEFAULT = 500


def dead_events(spool: pathlib.Path):
    """Yield (path, event), oldest first."""
    for path in sorted((spool / "dead").glob("*.json"), key=lambda p: p.stat().st_mtime):
        try:
            yield path, json.loads(path.read_bytes())
        except ValueError as error:
            print(f"replay: {path.name} is not JSON ({error}); left where it is", file=sys.stderr)


def replay(spool: pathlib.Path, path: pathlib.Path, event: dict) -> None:
    event["attempt"] = 0
    event["not_before"] = "0001-01-01T00:00:00Z"
    draft = spool / "new" / f".{path.stem}"
    draft.write_text(json.dumps(event))
    os.rename(draft, spool / "new" / path.name)
    path.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description="Put dead events back into the queue.")
    parser.add_argument("spool", type=pathlib.Path)
    parser.add_argument("--host", help="only events for this subscriber")
    parser.add_argument("--limit", type=int, default=LIMIT_DEFAULT)
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args()

    moved = 0
    for path, event in dead_events(options.spool):
        if options.host and urlsplit(event["url"]).hostname != options.host:
            continue
        if moved == options.limit:
            print(f"replay: stopped at {moved}; run again for more", file=sys.stderr)
            break
        if not options.dry_run:
            replay(options.spool, path, event)
        moved += 1
    print(moved)
    return 0


if __name__ == "__main__":
    sys.exit(main())
