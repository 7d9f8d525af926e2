"""Sets a document: JSON on stdin, a PDF on stdout. Runs as a child (`python -m bot.typeset`), so that the memory this
takes goes back when it ends; imports nothing of ours.

What people wrote reaches the template as data and is never read as markup. So do pictures (`content["pictures"]`, each
in base64): a template could only read them from files below its own root, and nothing that is told in confidence should
lie there.
"""

import json
import sys
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst

PAPER = Path(__file__).with_name("paper")
FONTS = PAPER / "fonts"
STANDARD: Literal["a-2a"] = "a-2a"  # PDF/A-2, tagged: for archives, and for people who listen to it


class Unfit(Exception):
    """What was asked for cannot be set; the message quotes nobody."""


def typeset(template: str, content: dict[str, Any]) -> bytes:
    """The PDF of what `content` says, by `paper/{template}.typ`; the same bytes for the same content.

    `content["issued_at"]` is an ISO moment in UTC. Raises Unfit for an unknown template, and typst.TypstError.
    """
    if template not in {path.stem for path in PAPER.glob("*.typ")}:
        raise Unfit("there is no such template")
    try:
        return _compile(template, content, STANDARD)
    except typst.TypstError:  # most likely a letter that no font of ours has, which the standard forbids
        return _compile(template, content, None)


def _compile(template: str, content: dict[str, Any], standard: Literal["a-2a"] | None) -> bytes:
    return typst.compile(
        PAPER / f"{template}.typ",
        root=PAPER,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=standard,
        sys_inputs={"content": json.dumps(_with_bytes(content), ensure_ascii=False)},
        timestamp=datetime.fromisoformat(content["issued_at"]),
    )


def _with_bytes(content: dict[str, Any]) -> dict[str, Any]:
    """With pictures as typst makes bytes of them: from lists of numbers."""
    if "pictures" not in content:
        return content
    return {**content, "pictures": [list(b64decode(each)) for each in content["pictures"]]}


def main() -> int:
    """Exit code 0 with the PDF on stdout, or 1 with one line on stderr that begins with what kind of failure it is."""
    try:
        asked = json.loads(sys.stdin.buffer.read())
        page = typeset(asked["template"], asked["content"])
    except Exception as failure:
        words = " ".join(str(failure).split())
        sys.stderr.write(f"{type(failure).__name__}: {words}\n")
        return 1
    sys.stdout.buffer.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
