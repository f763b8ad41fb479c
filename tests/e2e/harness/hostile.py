"""The corpus of hostile messages under tests/codec/hostile, whose README describes the files."""

import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).parents[2] / "codec" / "hostile"
ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\"}


@dataclasses.dataclass
class Case:
    name: str
    verdict: str
    status: int
    message: bytes

    @property
    def to_head(self):
        return self.name.startswith("to HEAD")


def unescaped(text):
    data, at = b"", 0
    while at < len(text):
        if text[at] != "\\":
            data, at = data + text[at].encode(), at + 1
        elif text[at + 1] == "x":
            data, at = data + bytes.fromhex(text[at + 2:at + 4]), at + 4
        elif text[at + 1] == "{":
            colon = text.index(":", at)
            end = text.index("}", colon)
            data += unescaped(text[colon + 1:end]) * int(text[at + 2:colon])
            at = end + 1
        else:
            data, at = data + ESCAPES[text[at + 1]], at + 2
    return data


def files(kind):
    return sorted(path.stem for path in (ROOT / kind).glob("*.txt"))


def cases(kind, name):
    text = (ROOT / kind / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for block in "\n".join(lines).strip("\n").split("\n\n"):
        title, verdict, *message = block.strip("\n").split("\n")
        words = verdict.split()
        status = int(words[1]) if len(words) == 3 else 0
        yield Case(title, words[0], status, unescaped("".join(line[2:] for line in message)))
