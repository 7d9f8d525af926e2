"""The papers of a dispute: what each says and leaves out, literally, in every language, however long."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from backoffice.work import Office
from bot import papers, settlement_paper, typeset
from bot.texts import LRI, PDI
from storage.clocks import Deadline
from storage.consents import Consent
from storage.disputes import Dispute, Obligation, Outcome, Talk
from storage.documents import Document
from tests.bot.decisions import person
from tests.bot.disputed import NAMES, NOTE, PRIVATE, RESOLVERS, SHOWN, Disputed, Made
from tests.bot.paperwork import bare, composed, fact, lines, sections, texts
from tests.bot.test_typeset import HOSTILE, in_three_languages, pages, queried, words

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
KINDS = ("dossier", "bundle", "settlement", "consent_record")

in_every_kind = pytest.mark.parametrize("kind", KINDS)


class TestEveryPaper:
    @in_three_languages
    @in_every_kind
    def test_is_tagged_in_its_language_and_always_the_same(self, office: Office, kind: str, language: str) -> None:
        paper = composed(office, kind, Disputed(language))
        pdf = typeset.typeset(paper.template, paper.content)
        assert pdf == typeset.typeset(paper.template, paper.content)
        assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
        assert b"/StructTreeRoot" in pdf
        assert f"/Lang({language}".encode() in pdf
        assert paper.content["number"].encode() in pdf

    @in_three_languages
    @in_every_kind
    def test_is_headed_by_sections(self, office: Office, kind: str, language: str) -> None:
        paper = composed(office, kind, Disputed(language))
        headings = [each["level"] for each in queried(paper, "heading")]
        assert headings[0] == 1
        assert headings.count(2) == len(paper.content["sections"]) > 1
        assert paper.content["direction"] == ("ltr" if language == "en" else "rtl")

    @in_three_languages
    @in_every_kind
    def test_numbers_that_others_gave_run_from_left_to_right(self, office: Office, kind: str, language: str) -> None:
        paper = composed(office, kind, Disputed(language))
        codes = [line for _label, rows in paper.content["facts"] for line in rows if bare(line)[:3] in ("DOC", "SLH")]
        assert len(codes) == 2
        assert all(each.startswith(LRI) and each.endswith(PDI) for each in codes)

    @in_every_kind
    def test_says_nothing_that_only_staff_read(self, office: Office, kind: str) -> None:
        said = words(composed(office, kind))
        assert NOTE not in said
        assert "internal.pdf" not in said
        assert "Name 700" not in said

    @in_every_kind
    def test_says_nothing_of_what_was_said_in_the_mediation(self, office: Office, kind: str) -> None:
        def talk(made: Made) -> None:
            at, author = made.work.now, made.complaint.customer_id
            made.keep(Talk(referral_id=made.referral.id, room="joint", side="customer", author_id=author, text=PRIVATE,
                           at=at))  # fmt: skip

        assert PRIVATE not in words(composed(office, kind, None, talk))

    @in_three_languages
    @in_every_kind
    def test_words_stand_there_literally(self, office: Office, kind: str, language: str) -> None:
        whole = "\n".join(HOSTILE)
        hostile = Disputed(
            language,
            story=(whole,),
            words=whole,
            capacity=HOSTILE[0],
            files=tuple(f"{each}.png" for each in HOSTILE),
            terms=(("organisation", "other", whole, None, 5),),
            more={"name": HOSTILE[1], "wish_words": whole, "company": HOSTILE[0]},
        )
        paper = composed(office, kind, hostile)
        printed = [each["body"]["text"] for each in queried(paper, "par") if each["body"]["func"] == "text"]
        times = {"dossier": 2, "bundle": 2, "settlement": 2, "consent_record": 0}[kind]
        assert [printed.count(each) for each in HOSTILE] == [times] * len(HOSTILE)
        assert HOSTILE[1].replace(" ", "") in bare(words(paper)).replace("\u200b", "").replace(" ", "")

    @pytest.mark.parametrize("letter", ["W", "ش", "😀"])
    @pytest.mark.parametrize("kind", ["dossier", "bundle", "settlement"])
    def test_long_ones_flow_over_pages(self, office: Office, kind: str, letter: str) -> None:
        long = letter * 6_000
        disputed = Disputed(story=(long,), words=long, terms=(("organisation", "other", long, None, 5),))
        assert pages(composed(office, kind, disputed)) > 4

    def test_a_digest_is_of_all_that_is_said(self, office: Office) -> None:
        paper = composed(office, "dossier")
        content = {key: value for key, value in paper.content.items() if key != "digest"}
        assert papers.hashlib.sha256(papers.canonical(content)).hexdigest() == paper.digest

    @pytest.mark.parametrize(("kind", "field"), [("dossier", "referral_id"), ("consent_record", "referral_id"),
                                                 ("settlement", "outcome_id"), ("bundle", "provider")])  # fmt: skip
    def test_without_what_it_tells_of_there_is_none(self, office: Office, kind: str, field: str) -> None:
        with office.work() as work:
            document = Disputed().make(work, person(work, 71), person(work, 72)).issue(kind)
            setattr(document, field, None)
        with office.look() as work, pytest.raises(LookupError):
            papers.compose(work, work.db.get_one(Document, document.id))


class TestSettlement:
    def test_says_who_does_what_how_much_by_when(self, office: Office) -> None:
        found = sections(composed(office, "settlement"))["The terms"]["terms"]
        assert [(each["who"], each["what"], texts(each)) for each in found] == [
            ("Organisation", "Partial refund", []),
            ("Customer", "", ["Hand the old set over."]),
        ]
        assert lines(found[0], "Amount") == ["IRR\u00a015,000,000"]
        assert lines(found[0], "Due") == ["by the end of Tuesday 1 December 2026"]
        assert lines(found[1], "Amount") == []

    @pytest.mark.parametrize(
        ("kind", "method", "title", "told"),
        [
            ("settlement", "facilitative", "Settlement of a dispute", "Both sides agreed on these terms in mediation"),
            ("settlement", "direct", "Settlement of a dispute", "Both sides agreed on these terms in direct talks."),
            ("recommendation", "advisory", "Accepted recommendation", "Mehr Mediation Office heard both sides and rec"),
            ("decision", "determinative", "Decision on a dispute", "Mehr Mediation Office heard both sides and decid"),
        ],
    )
    def test_says_how_it_came_about(self, office: Office, kind: str, method: str, title: str, told: str) -> None:
        provider = None if method == "direct" else "mediator"
        paper = composed(office, "settlement", Disputed(kind=kind, method=method, provider=provider, words="Because."))
        found = sections(paper)["How it came about"]
        assert paper.content["title"] == title
        assert texts(found)[0].startswith(told)
        assert [each["text"] for each in found["quoted"]] == ["Because."]

    def test_who_led_it_is_named(self, office: Office) -> None:
        paper = composed(office, "settlement")
        assert fact(paper, "Led by") == [RESOLVERS["en"]]
        assert texts(sections(paper)["How it came about"])[0].endswith(f"It was led by {RESOLVERS['en']}.")

    @pytest.mark.parametrize(
        ("kind", "binding", "told"),
        [
            ("settlement", None, "The terms bind both sides"),
            ("recommendation", None, "The terms bind both sides"),
            ("decision", "none", "The terms bind both sides"),
            ("decision", "organisation", "The decision binds the organisation, and the customer because"),
            ("decision", "both", "The decision binds both sides"),
        ],
    )
    def test_says_whom_it_binds(self, office: Office, kind: str, binding: str | None, told: str) -> None:
        found = sections(composed(office, "settlement", Disputed(kind=kind, binding=binding)))
        assert texts(found["What it means"])[0].startswith(told)

    def test_both_have_accepted_the_same_terms(self, office: Office) -> None:
        signed = sections(composed(office, "settlement"))["Accepted by"]["signatures"]
        assert [(each["side"], bare(each["who"][0])) for each in signed] == [
            ("Customer", NAMES["en"]),
            ("Organisation", "Aftab Store"),
        ]
        assert [bare(each["lines"][1]) for each in signed] == [
            "Saturday 21 November 2026, 04:30",
            "Friday 20 November 2026, 03:30",
        ]
        assert signed[0]["lines"][2] == signed[1]["lines"][2]

    @pytest.mark.parametrize(
        "change",
        [{"amount": "15000001"}, {"words": "In cash."}, {"due_on": date(2026, 12, 2)}, {"by": "customer"}, {}],
    )
    def test_another_term_is_another_digest(self, change: dict[str, Any]) -> None:
        dispute = Dispute(id=1, complaint_id=1, number="DSP-1", phase="implementing", trigger="asked", opened_at=NOW)
        outcome = Outcome(id=1, dispute_id=1, kind="settlement", by="resolver", drafted_at=NOW)
        term = {"by": "organisation", "what": "refund_full", "amount": "15000000", "currency": "IRR", "words": None,
                "due_on": date(2026, 12, 1)}  # fmt: skip
        one, other = (
            settlement_paper.digest(dispute, outcome, [Obligation(outcome_id=1, **each)])
            for each in (term, term | change)
        )
        assert (one == other) == (not change)

    def test_what_binds_without_being_accepted_has_no_signature(self, office: Office) -> None:
        def unsaid(made: Made) -> None:
            made.outcome.customer = made.outcome.ours = None

        disputed = Disputed(kind="decision", binding="both", method="determinative")
        assert "Accepted by" not in sections(composed(office, "settlement", disputed, unsaid))

    def test_a_decision_may_ask_for_nothing(self, office: Office) -> None:
        found = sections(composed(office, "settlement", Disputed(kind="decision", binding="both", terms=())))
        assert texts(found["What is to be done"]) == ["Nothing is to be done."]
        assert "If something is not done" not in found

    def test_a_public_body_that_decided_has_no_way_of_its_own(self, office: Office) -> None:
        def reported(made: Made) -> None:
            made.outcome.referral_id = None

        paper = composed(office, "settlement", Disputed(kind="decision", binding="organisation"), reported)
        assert texts(sections(paper)["How it came about"]) == ["a public body heard both sides and decided."]

    def test_time_for_reflection_is_told_where_it_was_given(self, office: Office) -> None:
        def thought(made: Made) -> None:
            since = made.outcome.proposed_at
            assert since is not None
            made.keep(Deadline(complaint_id=made.complaint.id, target="reflection", urgency=2, started_at=since,
                               due_at=since + timedelta(days=14)))  # fmt: skip

        assert "Time for reflection" not in sections(composed(office, "settlement"))
        found = sections(composed(office, "settlement", None, thought))["Time for reflection"]
        assert texts(found)[0].startswith("The customer had time until Wednesday 2 December 2026 to think it over")

    def test_who_proposed_needed_none(self, office: Office) -> None:
        found = sections(composed(office, "settlement", Disputed(by="customer")))["Time for reflection"]
        assert texts(found) == ["The customer proposed these terms."]


class TestConsentRecord:
    @in_three_languages
    def test_shows_the_very_text_letter_by_letter(self, office: Office, language: str) -> None:
        """Also what looks like markup: the digest beside it is that of these letters."""
        paper = composed(office, "consent_record", Disputed(language))
        for section in paper.content["sections"]:
            shown = [each["text"] for each in section["paragraphs"]]
            assert "\n\n".join(bare(each) for each in shown) == SHOWN[language]

    def test_says_who_when_in_whose_name_and_of_which_text(self, office: Office) -> None:
        paper = composed(office, "consent_record", Disputed(capacity="Her mother, Nora"))
        theirs, ours = paper.content["sections"]
        assert theirs["heading"] == "Consent of the customer"
        assert lines(theirs, "Given by") == [NAMES["en"], "In the name of: Her mother, Nora"]
        assert lines(theirs, "Date and time") == ["Wednesday 11 November 2026, 09:30"]
        assert lines(theirs, "Version of the text") == ["0a1b2c3d4e5f"]
        assert lines(ours, "Given by") == ["Aftab Store", "represented by: Dispute-resolution manager"]
        with office.look() as work:
            consent = work.db.get_one(Consent, 1)
        assert "".join(lines(theirs, "SHA-256 of the text")).replace(" ", "") == consent.sha256
        assert len(lines(theirs, "Reference of the message")[0]) == 16

    def test_of_one_side_as_long_as_the_other_has_not(self, office: Office) -> None:
        def alone(made: Made) -> None:
            made.referral.our_consent_id = None

        paper = composed(office, "consent_record", None, alone)
        assert [each["heading"] for each in paper.content["sections"]] == ["Consent of the customer"]
