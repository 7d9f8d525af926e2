"""House rules that the linters cannot say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from backoffice import errors, lifecycle, phases
from backoffice.disputes import phases as disputes
from backoffice.learning import states
from bot import notices, refusals

ROOT = Path(__file__).parent.parent
CODE = sorted(path for folder in ("bot", "backoffice", "storage") for path in (ROOT / folder).rglob("*.py"))
GENERATED = [path for path in CODE if path.parent.name == "versions"]
EVERYTHING = [
    *(path for path in CODE if path not in GENERATED),
    *(ROOT / "tests").rglob("*.py"),
    *(ROOT / "bot/sandbox/page").rglob("*.[jc]s*"),
]
MAX_LINES = 400


def source(path: Path) -> str:
    return path.read_text("utf-8")


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source(path))) if isinstance(node, ast.Call))


def named(call: ast.Call) -> str:
    return ast.unparse(call.func)


def using(pattern: str) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in CODE if re.search(pattern, source(path), re.MULTILINE)}


class TestSize:
    def test_no_file_is_longer_than_people_read(self) -> None:
        lines = {str(path.relative_to(ROOT)): len(source(path).splitlines()) for path in EVERYTHING}
        assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


class TestPlaces:
    def test_only_work_commits(self) -> None:
        assert using(r"\bdb\.begin\(\)|\.commit\(\)") == {"backoffice/work.py"}

    def test_only_the_machine_moves_a_case(self) -> None:
        assert using(r"\.stage = ") == {"backoffice/lifecycle.py", "backoffice/phases.py"}

    def test_only_the_clock_reads_the_wall(self) -> None:
        assert using(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(") == {"bot/clock.py"}

    def test_only_the_speaker_knows_python_telegram_bot(self) -> None:
        assert using(r"^(from|import) telegram\b") <= {"bot/speaker.py", "bot/courier.py"}

    def test_whose_a_case_is_stands_in_few_texts(self) -> None:
        """Those of the complainant's own, of who writes it down, of papers; for all other staff `masked` decides."""
        own = {f"bot/customer/{each}.py" for each in ("acting", "fields", "intake")}
        own |= {"bot/account_cards.py"}  # for the company's other people
        own |= {"bot/answer_cards.py", "bot/own_file.py", "bot/disputes/consent.py", "bot/disputes/picking.py"}
        asked = {"bot/staff/recording.py", "bot/staff/recording_fields.py"}
        whether = {"bot/special_cards.py", "bot/staff/guarding.py", "bot/staff/queue.py", "bot/staff/templates.py"}
        found = using(r"\b(complaint|case|draft|master|part)\.(name|contact|acting_for)\b")
        told = {path for path in found if path.startswith("bot/")}
        assert told == {*own, *asked, *whether, "bot/masked.py", "bot/dispute_paper.py"}

    def test_the_office_has_no_sentences(self) -> None:
        assert not {path for path in using(r"\bgettext\b|from bot") if path.startswith(("backoffice", "storage"))}


class TestHandlers:
    @pytest.mark.parametrize(
        "path",
        [p for p in CODE if p.parent.name in ("customer", "staff", "disputes", "learning")],
        ids=lambda p: p.stem,
    )
    def test_none_returns_a_method(self, path: Path) -> None:
        """aiogram's feed would throw a returned method away: what a handler says, it awaits."""
        for node in ast.walk(ast.parse(source(path))):
            if isinstance(node, ast.AsyncFunctionDef) and any("router" in ast.unparse(d) for d in node.decorator_list):
                assert not [r for r in ast.walk(node) if isinstance(r, ast.Return) and r.value], node.name
                assert ast.unparse(node.returns or ast.Constant(None)) == "None", node.name


class TestWords:
    def test_every_notice_that_is_told_is_worded(self) -> None:
        told = {
            argument.value
            for path in CODE
            if "backoffice" in path.parts
            for call in calls(path)
            if re.fullmatch(r"_?tell(_\w+)?|gather|_alarm", named(call).rsplit(".", 1)[-1])
            for argument in call.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        }
        assert told - {"delivery_failed", "staff"} <= set(
            notices.TEMPLATES
        )  # the one has no words, the other is a party
        assert len(told) > 100

    def test_every_refusal_has_words(self) -> None:
        codes = [each.code for each in errors.OfficeError.__subclasses__()]
        assert len(codes) == len(set(codes))
        assert set(codes) == set(refusals.WORDS)


class TestReadme:
    @pytest.mark.parametrize("machine", [lifecycle, phases, disputes, states], ids=lambda machine: machine.__name__)
    def test_a_life_is_drawn_from_its_table(self, machine: ModuleType) -> None:
        assert f"```mermaid\n{machine.diagram()}\n```" in source(ROOT / "README.md")

    def test_the_map_names_what_is_there(self) -> None:
        named = re.findall(r"`((?:bot|backoffice|storage|locales|tests)/[\w/.]*)`", source(ROOT / "README.md"))
        assert [name for name in named if not (ROOT / name).exists()] == []
