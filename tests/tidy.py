#!/usr/bin/env python3
"""Checks what a compiler cannot: layers, purity, the co_await rule, sizes, complete faults.

Usage: tidy.py [ROOT]. Prints one line for each problem and exits with 1 if there is any.
Each rule is a function from a source file, or from the whole tree, to problems; RULES lists them.
"""

import bisect
import dataclasses
import pathlib
import re
import sys

LAYERS = ["core", "codec", "fault", "model", "session", "runtime", "control"]
PURE = LAYERS[:4]
REGISTRY = "proxy/fault/registry.cpp"
MAX_LINES = 400
MAX_COLUMNS = 100


@dataclasses.dataclass(frozen=True)
class Problem:
    name: str
    line: int
    what: str

    def __str__(self):
        return f"{self.name}:{self.line}: {self.what}"


class Source:
    """One file: its text, and for C++ its `code`, the text with comments and literals blanked."""

    def __init__(self, name, text):
        self.name = name
        self.text = text
        self.is_cpp = name.endswith((".h", ".cpp"))
        self.code = blank(text) if self.is_cpp else text
        self._starts = [0] + [match.end() for match in re.finditer("\n", text)]

    @property
    def layer(self):
        """The layer that the file belongs to, or None for tests and benchmarks."""
        parts = self.name.split("/")
        name = parts[0] if parts[0] == "control" else parts[1] if parts[0] == "proxy" else None
        return name if name in LAYERS else None

    def problem(self, offset, what):
        return Problem(self.name, bisect.bisect_right(self._starts, offset), what)

    def matches(self, pattern, what):
        for match in re.finditer(pattern, self.code, re.MULTILINE):
            yield self.problem(match.start(), what)


LITERALS = re.compile(
    r"""//[^\n]* | /\*.*?\*/                                    # comments
      | R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"                      # raw strings
      | "(?:\\.|[^"\\\n])*"                                     # strings
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+' """,                # characters, not 1'000
    re.VERBOSE | re.DOTALL,
)


def blank(text):
    """`text` with comments, the insides of literals and macros blanked, every offset kept."""

    def erase(match):
        found = match[0]
        if found[0] == "/":
            return re.sub(r"[^\n]", " ", found)
        return found[0] + re.sub(r"[^\n]", " ", found[1:-1]) + found[-1]

    macro = re.compile(r"^[ \t]*#define(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
    text = macro.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    quoted = r'^[ \t]*#[ \t]*include[ \t]+"[^"\n]*"'
    kept = {m.start(): m[0] for m in re.finditer(quoted, text, re.MULTILINE)}
    code = LITERALS.sub(erase, text)
    for start, include in kept.items():  # an include's path is no string
        code = code[:start] + include + code[start + len(include):]
    return code


# --- rules for one file ---------------------------------------------------------------------------


def size(source):
    lines = source.text.splitlines()
    if len(lines) > MAX_LINES:
        what = f"longer than {MAX_LINES} lines; look for the second concept"
        yield Problem(source.name, len(lines), what)
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_COLUMNS:
            yield Problem(source.name, number, f"longer than {MAX_COLUMNS} columns")


def includes(source):
    if not source.is_cpp:
        return
    if source.name.endswith(".h") and not re.search(r"^#pragma once$", source.text, re.MULTILINE):
        yield Problem(source.name, 1, "a header starts with #pragma once")
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"', source.code, re.MULTILINE):
        top, *rest = match[1].split("/")
        if top not in ("proxy", "control", "tests", "bench") or not rest:
            yield source.problem(match.start(), "include by the path from the root: \"proxy/...\"")
            continue
        if source.layer is None:
            continue
        used = "control" if top == "control" else rest[0] if top == "proxy" else top
        if used not in LAYERS or LAYERS.index(used) > LAYERS.index(source.layer):
            yield source.problem(match.start(), f"layer {source.layer} may not use {used}")
    if source.name != "proxy/session/asio.h":
        yield from source.matches(r"#\s*include\s*<boost/asio\.hpp>",
                                  "include proxy/session/asio.h instead")


IMPURE = [
    (r"#\s*include\s*<boost/asio|\bboost::asio\b|\basio::", "pure code does no I/O"),
    (r"#\s*include\s*<(sys/socket|sys/epoll|poll|unistd|sys/select|netdb)\.h>",
     "pure code does no I/O"),
    (r"#\s*include\s*<(thread|mutex|shared_mutex|condition_variable|future)>|\bthread_local\b",
     "pure code knows no threads"),
    (r"\b\w*[cC]lock::now\b|\b(gettimeofday|clock_gettime)\s*\(",
     "pure code is told the time"),
    (r"\btime\s*\(\s*(nullptr|NULL|0)\s*\)", "pure code is told the time"),
    (r"#\s*include\s*<iostream>|\bstd::(cout|cerr|clog)\b|\bf?printf\s*\(|(?<!::)\blog::",
     "pure code writes no log"),
    (r"\b(?:std::)?getenv\s*\(", "pure code reads no environment"),
    (r"^[ \t]*(?:inline[ \t]+)?static[ \t]+(?:inline[ \t]+)?(?!const|assert)[^;(){}=]*[;={]",
     "pure code has no mutable static"),
    (r"^(?!(?:static|inline|extern|const|constexpr|constinit|using|namespace|class|struct|enum|"
     r"union|template|typedef|friend|return|public|private|protected|case|default|goto|break|"
     r"continue|requires|concept)\b)[A-Za-z_][\w:<>,*& \t]*[ \t*&]\w+[ \t]*"
     r"(?:=[^=;(][^;]*|\{[^;{}]*\})?;$", "pure code has no mutable global"),
]


def purity(source):
    if source.is_cpp and source.layer in PURE:
        for pattern, what in IMPURE:
            yield from source.matches(pattern, what)


def chance_and_sleep(source):
    if not source.is_cpp:
        return
    yield from source.matches(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>])sleep\s*\(",
                              "nothing sleeps; wait for an event")
    if source.layer is not None:
        yield from source.matches(
            r"\bstd::(mt19937|minstd_rand|default_random_engine|random_device|\w+_distribution)\b"
            r"|(?<![\w.>])s?rand\s*\(", "use Rng: a seed must mean the same everywhere")


def subranges(source):
    """What gives or takes a std::ranges::subrange, clang 14 can't compile with libstdc++ 12."""
    if source.is_cpp:
        yield from source.matches(
            r"\bstd::ranges::(rotate|remove(_if)?|(stable_)?partition|unique|equal_range|search|"
            r"find_end|subrange)\b|\bstd::(ranges::)?views::",
            "clang 14 can't compile it; use the algorithm of namespace std on iterators")


def todo(source):
    for match in re.finditer(r"(?://|#|/\*).*?\b(TO" r"DO|FIX" r"ME|XX" r"X)\b(.*)", source.text):
        if match[1][0] != "T":
            yield source.problem(match.start(), "mend it, or name its condition in a TO" "DO")
        elif not re.search(r"\b(when|once|until|as soon as|if)\b", match[2]):
            what = "a TO" "DO says when it may leave: when, once, until"
            yield source.problem(match.start(), what)


# --- the co_await rule ----------------------------------------------------------------------------

CONTROL = re.compile(
    r"\s*(?:else\b|do\b|case\b(?:[^:;]|::)*:|default\s*:|(?:if|while|for|switch)\b)")
LAMBDA = re.compile(r"(?<![\w\])])\s*\[[^\[\]]*\]\s*(?:\(|\{|<|mutable\b)")


def co_await(source):
    """One co_await per statement, alone or as the whole right-hand side, without temporaries that
    are built by braces or lambdas: g++ 12 miscompiles much of the rest."""
    if not source.is_cpp or "co_await" not in source.code:
        return
    for offset, opener, start in awaits(source.code):
        what = await_problem(source.code, offset, opener, start)
        if what:
            yield source.problem(offset, what)


def awaits(code):
    """Each co_await with the offsets of the innermost open bracket (or None) and its statement."""
    nesting, starts = [], [0]
    for match in re.finditer(r"\bco_await\b|[()\[\]{};]", code):
        token, offset = match[0], match.start()
        if token == "co_await":
            if not re.search(r"\boperator\s*$", code[:offset][-20:]):
                yield offset, nesting[-1] if nesting else None, starts[-1]
        elif token in "([{":
            nesting.append(offset)
            starts.append(offset + 1)
        elif token in ")]}" and nesting:
            nesting.pop()
            starts.pop()
            if token == "}":
                starts[-1] = offset + 1
        elif token == ";":
            starts[-1] = offset + 1


def await_problem(code, offset, opener, start):
    end, closed_by = statement_end(code, offset)
    if opener is not None and code[opener] == "(":
        condition = re.search(r"\b(if|while|for|switch)\s*(?:constexpr\s*)?$", code[:opener])
        return ("co_await in a condition; name its result first" if condition else
                "co_await as an argument or in parentheses; name its result first")
    if closed_by != ";":
        return "co_await inside brackets; name its result first"
    before = without_control(code[start:offset])
    operand = code[offset + len("co_await"):end]
    if "co_await" in operand:
        return "two co_awaits in one statement"
    if LAMBDA.search(operand):
        return "a lambda inside a co_await expression; name it first"
    if "{" in operand:
        return "a braced temporary inside a co_await expression; name it first"
    if "?" in operand or "?" in before:
        return "co_await under a conditional operator"
    if re.search(r"&&|\|\||[=!]=|<<|\+", outside_parentheses(operand)):
        return "co_await under an operator; it must be the whole right-hand side"
    whole = re.fullmatch(r"\s*(?:\(void\)|co_return|[^=]*[^=!<>+\-*/%&|^]=|)\s*", before)
    return None if whole else "co_await is neither alone nor the whole right-hand side"


def statement_end(code, offset):
    depth = 0
    for match in re.finditer(r"[()\[\]{};]", code[offset:]):
        if match[0] in "([{":
            depth += 1
        elif depth == 0:
            return offset + match.start(), match[0]
        elif match[0] in ")]}":
            depth -= 1
    return len(code), ""


def without_control(text):
    """`text` without the `if (...)`, `else`, `case x:` that an unbraced statement follows."""
    while match := CONTROL.match(text):
        text = text[match.end():]
        if re.search(r"(if|while|for|switch)$", match[0]):
            text = re.sub(r"^\s*constexpr\b", "", text)
            inner = text.index("(") + 1 if "(" in text else 0
            text = text[statement_end(text, inner)[0] + 1:]
    return text


def outside_parentheses(text):
    kept, depth = [], 0
    for character in text:
        depth -= character in ")]"
        if depth == 0:
            kept.append(character)
        depth += character in "(["
    return "".join(kept)


# --- rules for the tree ---------------------------------------------------------------------------


def faults(sources):
    """A fault type that is defined stands in the registry and has a test."""
    names = {source.name for source in sources}
    registry = "".join(source.code for source in sources if source.name == REGISTRY)
    tests = [source for source in sources if re.fullmatch(r"tests/fault/.*_test\.cpp", source.name)]
    for source in sources:
        if source.layer != "fault" or not source.name.endswith(".cpp") or source.name == REGISTRY:
            continue
        stem = pathlib.PurePosixPath(source.name).stem
        for match in re.finditer(r"\bconst FaultType (k(\w+))\s*[={(]", source.code):
            if not re.search(rf"&{match[1]}\b", registry):
                yield source.problem(match.start(), f"{match[1]} is not in {REGISTRY}")
            words = re.compile(rf"\b({match[2]}|{stem.replace('_', '.', 1)})\b")
            if f"tests/fault/{stem}_test.cpp" not in names and \
                    not any(words.search(test.text) for test in tests):
                yield source.problem(match.start(), f"{match[1]} has no test in tests/fault/")


def fuzz_targets(sources):
    """A fuzz target without a corpus would pass by running nothing."""
    corpora = {source.name.split("/")[3] for source in sources
               if source.name.startswith("tests/fuzz/corpus/")}
    for source in sources:
        match = re.fullmatch(r"tests/fuzz/(\w+_fuzz)\.cpp", source.name)
        if match and match[1] not in corpora:
            yield Problem(source.name, 1, f"no corpus in tests/fuzz/corpus/{match[1]}/")


FILE_RULES = [size, includes, purity, chance_and_sleep, subranges, todo, co_await]
TREE_RULES = [faults, fuzz_targets]


def check(sources):
    """The problems of a list of sources, in the order of their names."""
    found = []
    for source in sources:
        if not source.name.startswith("tests/fuzz/corpus/"):
            for rule in FILE_RULES:
                found.extend(rule(source))
    for rule in TREE_RULES:
        found.extend(rule(sources))
    return sorted(found, key=lambda problem: (problem.name, problem.line))


def load(root):
    """The sources below `root`; of a fuzz corpus only the names."""
    sources = []
    for top in ("proxy", "control", "tests", "bench"):
        for path in sorted((root / top).rglob("*")):
            name = path.relative_to(root).as_posix()
            if "node_modules" in path.parts or not path.is_file():
                continue
            if name.startswith("tests/fuzz/corpus/"):
                sources.append(Source(name, ""))
            elif path.suffix in (".h", ".cpp", ".py"):
                sources.append(Source(name, path.read_text()))
    return sources


def main():
    sources = load(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    problems = check(sources)
    print("\n".join(map(str, problems)) or f"{len(sources)} files are tidy")
    return 1 if problems or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
