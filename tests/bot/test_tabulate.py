"""Tables as files: no cell is a formula, whatever somebody wrote; what breaks off is no table."""

import csv
import io
import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import tabulate
from bot.tabulate import harmless

PROJECT = Path(__file__).parent.parent.parent
BEFORE = ("", " ", "\t", "\r", "\n", "\u00a0", "\u200f", "\u2066", "\ufeff", "\u3000", "\x00", "\u200b", " \u202e ")
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "⁼")
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def asked(form: str, *rows: list[Any], **more: Any) -> bytes:
    columns = [{"head": "Words", "kind": "text", "width": 20}, {"head": "=Share", "kind": "percent", "width": 10}]
    sheet = {"name": "All: cases", "columns": columns, "rows": list(rows)}
    return json.dumps({"form": form, "rtl": False, "sheets": [sheet], **more}).encode() + b"\n"


def run(data: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot.tabulate"]
    return subprocess.run(command, input=data, capture_output=True, cwd=PROJECT, timeout=60)


class TestHarmless:
    @pytest.mark.parametrize("before", BEFORE)
    @pytest.mark.parametrize("sign", SIGNS)
    def test_what_begins_like_a_formula_begins_so_no_more(self, before: str, sign: str) -> None:
        assert harmless(f"{before}{sign}1+1").startswith("'")

    @given(st.text(st.one_of(st.characters(), st.sampled_from("=+-@＝＠ \t\r\n" + BIDI))))
    def test_no_text_is_a_formula_or_turns_others_about(self, text: str) -> None:
        shown = harmless(text)
        seen = shown.lstrip().lstrip("\u200b\u00ad\ufeff")
        assert unicodedata.normalize("NFKC", seen[:1])[:1] not in set("=+-@")
        assert not set(BIDI + "\t\r\0") & set(shown)
        assert harmless(shown) == shown

    @pytest.mark.parametrize("text", ["سلام\nخوبید؟", "می‌خواهم", "12 - 3", "a=b", "'quoted'"])
    def test_other_words_stay_as_they_are(self, text: str) -> None:
        assert harmless(text) == text

    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=5))
    def test_a_csv_file_is_read_back_as_it_was_written(self, texts: list[str]) -> None:
        out = io.BytesIO()
        spec = json.loads(asked("csv", *([text, 0.5] for text in texts)))
        tabulate.separated(spec, iter(()), out)
        data = out.getvalue()
        assert data.startswith(b"\xef\xbb\xbf")
        _head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        assert rows == [[harmless(text), "0.5"] for text in texts]


class TestChild:
    def test_a_workbook_holds_words_as_words_and_numbers_as_numbers(self) -> None:
        done = run(
            asked("xlsx", ["=cmd|' /C calc'!A0", 0.25], ["12", None], ["http://a.example", 1], ["x" * 40_000, 0])
        )
        sheet = openpyxl.load_workbook(io.BytesIO(done.stdout)).worksheets[0]
        assert sheet.title == "All  cases"
        cells = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=2, max_row=4)]
        assert cells[0] == [("'=cmd|' /C calc'!A0", "s"), (0.25, "n")]
        assert cells[1][0] == ("12", "s")
        assert cells[2] == [("http://a.example", "s"), (1, "n")]
        assert sheet["B2"].number_format == "0.0%"
        assert sheet["A2"].hyperlink is None
        assert len(sheet["A5"].value) == 32_767

    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_further_rows_come_in_a_stream(self, form: str) -> None:
        lines = b"".join(json.dumps([f"row {number}", number]).encode() + b"\n" for number in range(500))
        done = run(asked(form, open=True) + lines + b"true\n")
        assert done.returncode == 0
        if form == "csv":
            assert done.stdout.count(b"\r\n") == 501
        else:
            assert openpyxl.load_workbook(io.BytesIO(done.stdout)).worksheets[0].max_row == 501

    @pytest.mark.parametrize(
        ("data", "kind"),
        [(asked("xlsx", open=True) + b'["a", 1]\n', "Unfinished"), (b"{}\n", "KeyError"), (b"", "JSONDecodeError")],
    )
    def test_what_breaks_off_is_no_table(self, data: bytes, kind: str, tmp_path: Path) -> None:
        done = run(data)
        assert (done.returncode, done.stdout, done.stderr) == (1, b"", f"{kind}:\n".encode())

    def test_loads_nothing_heavy(self) -> None:
        code = "import sys, bot.tabulate; print(*{name.partition('.')[0] for name in sys.modules})"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
        assert not set(done.stdout.split()) & {"aiogram", "sqlalchemy", "telegram", "babel", "backoffice", "storage"}
