"""Setting type: what people wrote stands there literally, in its own direction, in every language, and always alike."""

import json
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import typst
from sqlmodel import select

from backoffice import documents
from backoffice.work import Office
from bot import papers, typeset
from bot.papers import Paper
from bot.texts import LRI, PDI
from storage.complaints import Answer, Complaint, Entry
from storage.documents import Document
from tests.bot.decisions import GROUNDS, REASONS, Decided, person

LANGUAGES = ("fa", "ar", "en")
PROJECT = Path(__file__).parent.parent.parent
EMOJI = "Thank you 🙏🏽 👩‍👩‍👧"
HOSTILE = (
    '#panic("x") #read("/etc/passwd") #{1+1} \\ \\n',
    "*bold* _thin_ $x^2$ @ref <label> = Heading `raw` // gone /* gone */ http://a.example/?q=1&r=2",
    EMOJI,
    "می‌خواهم نامه‌ام را ببینم",
    "لَمْ يُسَلَّمْ إِلَيَّ الطَّرْدُ",
    "سفارش iPhone 15 Pro را نگرفتم (order lost)",
    "שלום 漢字 ⵣ",
)

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


NUMBERS = count(600_001)  # of people


def composed(office: Office, decided: Decided, **edited: str) -> Paper:
    """The paper of such a decision; `edited`: the newest wording of its grounds."""
    with office.work() as work:
        customer, member = (person(work, next(NUMBERS)) for _ in range(2))
        review = decided.make(work, customer, member)
        complaint = work.db.get_one(Complaint, review.complaint_id)
        if edited:
            first = work.db.exec(select(Entry).where(Entry.review_id == review.id)).one()
            work.db.add(
                Entry(complaint_id=complaint.id, kind="grounds", at=work.now, replaces_id=first.id, text=edited["text"])
            )
        document = documents.issue(work, complaint, "decision", review_id=review.id)
    with office.look() as work:
        return papers.compose(work, work.db.get_one(Document, document.id))


def words(paper: Paper) -> str:
    """All that is said, as the content has it."""
    return json.dumps(paper.content, ensure_ascii=False)


def queried(paper: Paper, selector: str) -> list[Any]:
    """What the template made of it, as typst tells it."""
    found = typst.query(
        typeset.PAPER / f"{paper.template}.typ",
        selector,
        root=typeset.PAPER,
        font_paths=[typeset.FONTS],
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(paper.content)},
    )
    return list(json.loads(found))


def printed_texts(paper: Paper) -> list[str]:
    return [each["body"]["text"] for each in queried(paper, "par") if each["body"]["func"] == "text"]


def pages(paper: Paper) -> int:
    made = typst.compile(
        typeset.PAPER / f"{paper.template}.typ",
        root=typeset.PAPER,
        font_paths=[typeset.FONTS],
        ignore_system_fonts=True,
        format="svg",
        sys_inputs={"content": json.dumps(paper.content)},
    )
    return len(made) if isinstance(made, list) else 1


def sections(paper: Paper) -> dict[str, Any]:
    return {section["heading"]: section for section in paper.content["sections"]}


def run(asked: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot.typeset"]
    return subprocess.run(command, input=asked.encode(), capture_output=True, cwd=PROJECT, timeout=60)


class TestLetter:
    @in_three_languages
    def test_is_an_archive_pdf_that_says_who_when_and_which(self, office: Office, language: str) -> None:
        paper = composed(office, Decided(language))
        pdf = typeset.typeset(paper.template, paper.content)
        assert pdf.startswith(b"%PDF-1.7")
        assert b"<pdfaid:part>2</pdfaid:part>" in pdf
        assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
        assert paper.content["number"].encode() in pdf
        assert b"2026-11-21T06:00:00" in pdf
        assert office.organisation.name[language].encode() in pdf

    @in_three_languages
    def test_is_the_same_whenever_it_is_set(self, office: Office, language: str) -> None:
        paper = composed(office, Decided(language))
        first, second = (typeset.typeset(paper.template, paper.content) for _ in range(2))
        assert first == second

    @pytest.mark.parametrize(("language", "numbering"), [("fa", "۱"), ("ar", "١"), ("en", "1")])
    def test_numbers_dates_and_pages_are_the_languages_own(self, office: Office, language: str, numbering: str) -> None:
        paper = composed(office, Decided(language))
        assert paper.content["numbering"] == numbering
        dates = dict(map(tuple, paper.content["facts"][3:5]))  # type: ignore[arg-type]
        shown = {"fa": "شنبه ۳۰ آبان ۱۴۰۵", "ar": "السبت ٢١ نوفمبر ٢٠٢٦", "en": "Saturday 21 November 2026"}
        assert [shown[language]] in dates.values()

    @in_three_languages
    def test_codes_are_isolated(self, office: Office, language: str) -> None:
        paper = composed(office, Decided(language))
        codes = [lines[0] for _label, lines in paper.content["facts"][:3]]
        assert all(each.startswith(LRI) and each.endswith(PDI) for each in codes)
        assert [each[1:4] for each in codes] == ["DOC", "SLH", "REV"]

    def test_who_decided_is_told_by_seat_and_never_by_name(self, office: Office) -> None:
        said = words(composed(office, Decided("en")))
        assert "Committee member, technical" in said
        assert "Committee member, operations manager" in said
        assert "Name " not in said

    def test_a_seat_that_was_given_up_decided_nothing(self, office: Office) -> None:
        votes = (("support", "upheld"), ("technical", "upheld"), ("operations", None))
        paper = composed(office, Decided("en", outcome="upheld", votes=votes))
        assert "2 of 2" in "".join(sections(paper)["The decision"]["paragraphs"][1]["text"]).replace("\u2068", "")

    @pytest.mark.parametrize(
        ("votes", "said"),
        [
            (("partly", "partly", "partly"), "Votes for this decision: 3 of 3. The decision was unanimous."),
            (("partly", "partly", "upheld"), "Votes for this decision: 2 of 3. One member held otherwise."),
            (("partly", "upheld", "not_upheld"), "Votes for this decision: 1 of 3. 2 members held otherwise."),
        ],
    )
    def test_how_the_vote_went(self, office: Office, votes: tuple[str, ...], said: str) -> None:
        seats = tuple(zip(("support", "technical", "operations"), votes, strict=True))
        paper = composed(office, Decided("en", votes=seats))
        assert sections(paper)["The decision"]["paragraphs"][1]["text"] == said

    @pytest.mark.parametrize(("mode", "who"), [("light", "One reviewer"), ("management", "Top management")])
    def test_one_who_decides_alone_has_no_vote(self, office: Office, mode: str, who: str) -> None:
        seat = "reviewer" if mode == "light" else "management"
        paper = composed(office, Decided("en", mode=mode, votes=((seat, "partly"),)))
        assert len(sections(paper)["The decision"]["paragraphs"]) == 1
        assert any(lines[0].startswith(who) for _label, lines in paper.content["facts"])

    def test_no_remedy_is_not_spoken_of(self, office: Office) -> None:
        assert "The remedy" in sections(composed(office, Decided("en")))
        assert "The remedy" not in sections(composed(office, Decided("en", remedy="none")))

    def test_without_an_earlier_answer_it_says_so(self, office: Office) -> None:
        facts = dict(composed(office, Decided("en", answered=False)).content["facts"])
        assert facts["Our earlier answer"] == ["There was none when the review was requested"]

    def test_grounds_are_quoted_as_they_were_last_worded(self, office: Office) -> None:
        said = words(composed(office, Decided("en"), text="I put it better now."))
        assert "I put it better now." in said
        assert GROUNDS["en"] not in said

    def test_every_route_is_named_with_its_address(self, office: Office) -> None:
        rows = sections(composed(office, Decided("en")))["If you do not accept the decision"]["rows"]
        assert len(rows) == len([each for each in office.organisation.providers if each.business != "only"])
        assert ("Mehr Mediation Office", f"{LRI}mediator@mediation.example{PDI}") in [tuple(row) for row in rows]

    def test_it_says_by_when_the_customer_answers(self, office: Office) -> None:
        said = words(composed(office, Decided("en")))
        assert "Please tell us by Tuesday 1 December 2026 whether you accept this decision." in said

    def test_a_review_without_a_decision_is_no_document(self, office: Office) -> None:
        with office.work() as work:
            review = Decided("en").make(work, person(work, 1), person(work, 2))
            case = work.db.get_one(Complaint, review.complaint_id)
            work.db.delete(work.db.exec(select(Answer).where(Answer.review_id == review.id)).one())
            document = documents.issue(work, case, "decision", review_id=review.id)
        with office.look() as work, pytest.raises(LookupError):
            papers.compose(work, document)


class TestDigest:
    def test_is_of_what_is_said_and_not_of_itself(self, office: Office) -> None:
        paper = composed(office, Decided("en"))
        content = {key: value for key, value in paper.content.items() if key != "digest"}
        assert papers.hashlib.sha256(papers.canonical(content)).hexdigest() == paper.digest
        assert paper.content["digest"].replace(" ", "") == paper.digest[:16]

    def test_changes_with_a_letter(self, office: Office) -> None:
        one, other = (composed(office, Decided("en", reasons=text)).digest for text in ("It was late.", "It was late"))
        assert one != other


class TestWords:
    @in_three_languages
    def test_stand_there_literally(self, office: Office, language: str) -> None:
        whole = "\n".join(HOSTILE)
        paper = composed(office, Decided(language, grounds=HOSTILE, reasons=whole, remedy_words=whole, next_step=whole))
        printed = printed_texts(paper)
        assert [printed.count(text) for text in HOSTILE] == [4] * len(HOSTILE)

    def test_letters_that_no_font_has_do_not_stop_it(self, office: Office) -> None:
        """The standard forbids them, so such a letter goes without it."""
        paper = composed(office, Decided("en", reasons="漢字 ⵣ"))
        assert b"pdfaid" not in typeset.typeset(paper.template, paper.content)
        assert b"pdfaid" in typeset.typeset(paper.template, composed(office, Decided("en", reasons=EMOJI)).content)

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("سلام", "fa"),
            ("یک پیام", "fa"),
            ("رسالة إلى المتجر", "ar"),
            ("12 parcels", "en"),
            ("«Order» نرسید", "en"),
            ("+98 21 8888 1234", "fa"),
        ],
    )
    def test_run_as_their_first_strong_letter_says(self, office: Office, text: str, language: str) -> None:
        paper = composed(office, Decided("fa", grounds=(text,)))
        assert sections(paper)[paper.content["sections"][0]["heading"]]["paragraphs"][0]["language"] == language

    @pytest.mark.parametrize("number", ["+98 21 8888 1234", "2026-11-20", "0912-345-6789", "1405-00123"])
    def test_numbers_in_groups_do_not_run_backwards(self, office: Office, number: str) -> None:
        said = composed(office, Decided("fa", grounds=(f"شماره {number} است",))).content["sections"][0]["paragraphs"]
        kept = number.replace(" ", "\u00a0")
        assert said[0]["text"] == f"شماره {LRI}{kept}{PDI} است"

    def test_long_ones_flow_over_pages(self, office: Office) -> None:
        assert pages(composed(office, Decided("en", grounds=("Nobody came. " * 770,)))) > 3

    @pytest.mark.parametrize("letter", ["W", "ش", "😀"])
    def test_a_word_without_end_is_broken(self, office: Office, letter: str) -> None:
        """It would run off the page, and the page count shows that it does not."""
        assert pages(composed(office, Decided("en", grounds=(letter * 10_000,)))) > 3

    def test_lines_are_kept(self, office: Office) -> None:
        paper = composed(office, Decided("en", reasons=REASONS["en"]))
        assert [each["text"] for each in sections(paper)["The reasons"]["paragraphs"]] == REASONS["en"].split("\n")


class TestChild:
    def test_reads_json_and_writes_a_pdf(self, office: Office) -> None:
        paper = composed(office, Decided("fa"))
        done = run(json.dumps({"template": paper.template, "content": paper.content}))
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == typeset.typeset(paper.template, paper.content)

    @pytest.mark.parametrize(
        ("asked", "kind"),
        [
            ("", "JSONDecodeError"),
            ('{"template": "decision"}', "KeyError"),
            ('{"template": "../paper/decision", "content": {}}', "Unfit"),
            ('{"template": "decision", "content": {"issued_at": "2026-11-21T06:00:00+00:00"}}', "TypstError"),
        ],
    )
    def test_fails_in_one_line(self, asked: str, kind: str) -> None:
        done = run(asked)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.startswith(f"{kind}: ".encode())
        assert done.stderr.count(b"\n") == 1

    def test_loads_nothing_heavy(self) -> None:
        """Its memory is why it is a child."""
        code = "import sys, bot.typeset; print(*{name.partition('.')[0] for name in sys.modules})"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
        loaded = set(done.stdout.split())
        assert not loaded & {"aiogram", "sqlalchemy", "pydantic", "telegram", "babel", "backoffice", "storage"}


class TestFonts:
    def test_have_their_licence_beside_them(self) -> None:
        assert {path.suffix for path in typeset.FONTS.iterdir()} == {".ttf", ".txt"}
        licence = (typeset.FONTS / "OFL.txt").read_text("utf-8")
        assert all(path.name in licence for path in typeset.FONTS.glob("*.ttf"))
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
