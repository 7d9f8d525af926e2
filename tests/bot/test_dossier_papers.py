"""The file of a dispute and the bundle of a complaint: what a provider reads of both sides, and what it does not."""

from datetime import timedelta

import pytest

from backoffice import providers
from backoffice.disputes import dossier
from backoffice.work import Office
from bot import course_paper
from bot.happened import HAPPENED
from bot.paper_text import filed
from bot.texts import FSI, LRI, PDI
from storage.people import Person
from tests.bot.disputed import CONTACT, NAMES, PUBLIC, REASONS, STORY, Disputed, Made
from tests.bot.paperwork import bare, composed, fact, lines, sections, texts, voices
from tests.bot.test_typeset import words

in_both_files = pytest.mark.parametrize("kind", ["dossier", "bundle"])


def led_here(made: Made) -> None:
    """The provider's person has joined."""
    made.referral.resolver_id = made.complaint.customer_id


class TestFile:
    @in_both_files
    def test_names_the_case_and_its_sides(self, office: Office, kind: str) -> None:
        paper = composed(office, kind)
        parties = sections(paper)["The parties"]
        assert lines(parties, "Customer")[0] == NAMES["en"]
        assert lines(parties, "Organisation")[:2] == ["Aftab Store", "represented by: Dispute-resolution manager"]
        assert fact(paper, "Amount in dispute") == ["IRR\u00a015,000,000"]
        assert fact(paper, "Order or contract") == ["1405-00123"]
        assert fact(paper, "The complaint is about") == ["Delivery – Late"]
        assert texts(sections(paper)["What the customer asks for"]) == ["Full refund", STORY["en"].split("\n")[0]]

    def test_a_dossier_is_for_its_provider(self, office: Office) -> None:
        paper = composed(office, "dossier")
        assert fact(paper, "Addressed to") == ["Mehr Mediation Office", "mediator@mediation.example"]
        assert fact(paper, "Method") == ["Mediation"]

    def test_only_a_provider_elsewhere_reads_how_the_customer_is_reached(self, office: Office) -> None:
        """Who has joined talks to them here; nobody else could reach them."""
        elsewhere, here = composed(office, "dossier"), composed(office, "dossier", None, led_here)
        for paper, told in ((elsewhere, True), (here, False)):
            assert (CONTACT in words(paper).replace("\u00a0", " ")) is told
            assert ("how the customer is reached" in texts(sections(paper)["What is left out"])[0]) is not told

    def test_a_bundle_is_the_customers_own(self, office: Office) -> None:
        paper = composed(office, "bundle")
        with office.look() as work:
            provider = providers.find(work, PUBLIC)
        assert provider is not None
        assert provider.needs is not None
        assert fact(paper, "Addressed to")[0] == provider.words.en
        assert texts(sections(paper)["What the body wants to see"]) == [provider.needs.en]
        assert f"Contact: {CONTACT}" in lines(sections(paper)["The parties"], "Customer")
        assert "The consents" not in sections(paper)
        assert "how the customer is reached" not in words(paper)

    @in_both_files
    def test_each_side_is_heard_in_its_own_words(self, office: Office, kind: str) -> None:
        found = sections(composed(office, kind))
        told = STORY["en"].split("\n")
        assert voices(found["What the customer says"]) == [("The complaint", told), ("Addition", told)]
        assert voices(found["What the organisation says"]) == [
            ("Question to the customer", [REASONS["en"]]),
            ("Answer: Partly upheld", [REASONS["en"]]),
        ]
        assert voices(found["What was offered"]) == [("Partial refund", [])]

    @in_both_files
    def test_words_are_those_of_the_last_wording(self, office: Office, kind: str) -> None:
        def again(made: Made) -> None:
            customer = made.work.db.get_one(Person, made.complaint.customer_id)
            first = made.say("reason", customer, "I put it badly.", 8)
            made.say("reason", customer, "I put it better.", 7).replaces_id = first.id
            made.work.db.flush()

        said = voices(sections(composed(office, kind, None, again))["What the customer says"])
        assert said[-1] == ("The reason given", ["I put it better."])

    def test_nothing_was_offered(self, office: Office) -> None:
        found = sections(composed(office, "dossier", Disputed(remedy="none")))
        assert texts(found["What was offered"]) == ["No remedy was offered."]

    @in_both_files
    def test_what_happened_stands_in_order_with_what_was_late(self, office: Office, kind: str) -> None:
        rows = sections(composed(office, kind))["What happened"]["rows"]
        assert [what for _when, what in rows] == [
            "The complaint was received.",
            "The organisation began to examine it.",
            "The organisation asked the customer a question.",
            "The customer answered the question.",
            "The date for the answer passed.",
            "The organisation answered.",
            "The customer did not accept the answer.",
            "The organisation named the ways outside.",
            "The customer chose a third party.",
            "Both sides had consented.",
        ]
        assert bare(rows[0][0]) == "Monday 12 October 2026, 09:30"

    @in_both_files
    def test_nothing_later_than_its_date_stands_there(self, office: Office, kind: str) -> None:
        """So that it says the same, however late it is printed."""

        def later(made: Made) -> None:
            customer = made.work.db.get_one(Person, made.complaint.customer_id)
            made.bring(made.say("evidence", customer, "One more thing.", -1), "later.png", 50)
            made.work.now += timedelta(days=1)
            made.work.record("complaint.withdrawn", made.complaint)
            made.work.now -= timedelta(days=1)

        said = words(composed(office, kind, None, later))
        assert "One more thing." not in said
        assert "later.png" not in said
        assert "The customer withdrew the complaint." not in said

    @in_both_files
    def test_the_evidence_is_numbered_as_it_follows(self, office: Office, kind: str) -> None:
        kept: list[str] = []

        def look(made: Made) -> None:
            found = dossier.evidence(made.work, made.complaint)
            found[1].state = "too_big"
            found[2].sha256 = None
            kept.extend(each.file_name or "" for each in found if each.state != "too_big")

        section = sections(composed(office, kind, Disputed(files=("a.jpg", "b.jpg", "c.jpg", "d.jpg")), look))
        rows = [[bare(cell) for cell in row] for row in section["The evidence"]["rows"]]
        assert kept == ["a.jpg", "c.jpg", "d.jpg"]
        assert [row[:3] for row in rows] == [
            [str(number), f"document · {name}", "Customer"] for number, name in enumerate(kept, 1)
        ]
        assert [row[4] for row in rows] == ["5fec eb66 ffc8 6f38", "–", "4e07 4085 62be db8b"]

    def test_there_is_no_evidence(self, office: Office) -> None:
        assert texts(sections(composed(office, "dossier", Disputed(files=())))["The evidence"]) == [
            "There are no files."
        ]

    def test_both_consents_are_named(self, office: Office) -> None:
        found = sections(composed(office, "dossier", Disputed(capacity="The mother")))["The consents"]
        assert lines(found, "Customer")[:3] == [
            "Given on Wednesday 11 November 2026, 09:30",
            "In the name of: The mother",
            "Version of the text: 0a1b2c3d4e5f",
        ]
        assert len(lines(found, "Organisation")) == 3

    def test_who_gave_no_name_has_none(self, office: Office) -> None:
        paper = composed(office, "bundle", Disputed(more={"anonymous": True}))
        assert lines(sections(paper)["The parties"], "Customer")[0] == "Does not give their name"
        assert NAMES["en"] not in words(paper)

    def test_every_event_that_customers_are_told_of_has_its_words(self) -> None:
        assert HAPPENED.keys() <= course_paper.HAPPENED.keys()

    @pytest.mark.parametrize(
        ("called", "shown"),
        [
            ("رسید 2026-11-20.pdf", f"{FSI}رسید {LRI}2026-11-20.pdf{PDI}{PDI}"),
            ("IMG-0912-345.jpg", f"{FSI}{LRI}IMG-0912-345.jpg{PDI}{PDI}"),
            ("تصویر", f"{FSI}تصویر{PDI}"),
            ("", ""),
        ],
    )
    def test_names_of_files_keep_their_order(self, called: str, shown: str) -> None:
        assert filed(called) == shown
