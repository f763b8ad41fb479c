#!/usr/bin/env python3
"""Checks that the README's table of faults has each type that the binary has, and no other.

Usage: readme_test.py FIREDRILL README
"""

import json
import pathlib
import re
import subprocess
import sys


def main(binary, readme):
    output = subprocess.run([binary, "fault", "types", "--json"], check=True, capture_output=True)
    known = {entry["type"] for entry in json.loads(output.stdout)["types"]}
    text = pathlib.Path(readme).read_text(encoding="utf-8")
    shown = re.findall(r"^\| `((?:tcp|http|dns|stream)\.\w+)` \| \S", text, re.MULTILINE)
    problems = [f"{name} has no row" for name in sorted(known - set(shown))]
    problems += [f"{name} has a row and is no type" for name in sorted(set(shown) - known)]
    problems += [f"{name} has two rows" for name in sorted(set(shown)) if shown.count(name) > 1]
    for problem in problems:
        print(f"{readme}: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
