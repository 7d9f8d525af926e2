"""How a case is investigated: what is asked as a list, the record, the steps, who follows up in vain, what is alike."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice import comparables, complaints, entries, errors, handling, procedures, record, wanted, withdrawing
from backoffice.learning import costs
from backoffice.organisation import DEFAULT, load
from backoffice.organisation_file import OrganisationError
from backoffice.stages import Stage
from backoffice.work import Work
from storage import crypto
from storage.complaints import Complaint
from tests.backoffice.conftest import Desk, Scene, Verb

MANDATORY = """
[[checklists]]
about = ["delivery"]
steps = [
  { code = "carrier", mandatory = true, words = { fa = "ف", ar = "ع", en = "The carrier was asked." } },
  { code = "proof", words = { fa = "ف", ar = "ع", en = "The proof of delivery was read." } },
]
"""


def rules(folder: Path, more: str, *, without: str = "") -> Path:
    """The file that ships, with this before its form, and with something taken out."""
    file = folder / "organisation.toml"
    file.write_text(
        DEFAULT.read_text("utf-8").replace("\n[form]\n", f"\n{more}\n[form]\n").replace(without or "\0", "")
    )
    return file


def ask(text: str = "", *items: str) -> Verb:
    return lambda work, case: handling.ask(work, case, text, items)


def give(item: str | None, text: str | None = "Here.") -> Verb:
    return lambda work, case: complaints.add(work, case, text, item)


class TestAList:
    @pytest.fixture
    def desk(self, desk: Desk) -> Desk:
        desk.live("take")
        return desk

    def missing(self, desk: Desk) -> list[str]:
        with desk.scene.office.look() as work:
            return [each.item for each in wanted.missing(work, desk.case)]

    def by(self, desk: Desk, who: int, *verbs: Verb) -> Complaint:
        for verb in verbs:
            case = desk.scene.act(who, desk.code, verb)
        return case

    def test_stands_in_the_question_and_goes_on_when_all_of_it_is_here(self, desk: Desk) -> None:
        self.by(desk, desk.handler, ask("And who signed?", "photo", "order_number"))
        with desk.scene.office.look() as work:
            question = entries.sent(work, desk.case)[-1].text or ""
        assert question == "• Order or contract number\n• Photo of the damage or fault\n\nAnd who signed?"
        assert self.missing(desk) == ["order_number", "photo", "question"]
        for item, left in (("photo", 2), ("photo", 2), ("question", 1)):
            assert self.by(desk, desk.customer, give(item)).stage == Stage.AWAITING_INFO
            assert len(self.missing(desk)) == left
        assert self.by(desk, desk.customer, give(None)).stage == Stage.INVESTIGATING  # only one was missing
        assert self.missing(desk) == []

    def test_without_a_list_any_answer_goes_on(self, desk: Desk) -> None:
        self.by(desk, desk.handler, ask("Which?"))
        assert self.by(desk, desk.customer, give(None)).stage == Stage.INVESTIGATING

    def test_of_nothing_is_refused(self, desk: Desk) -> None:
        for verb in (ask(), ask("  \u200f "), ask("", "fly"), ask("Which?", "payment_proof")):  # of another category
            with pytest.raises(errors.Invalid):
                self.by(desk, desk.handler, verb)
        assert desk.case.stage == Stage.INVESTIGATING

    def test_sent_at_once_is_ended_by_who_sends_it(self, desk: Desk) -> None:
        self.by(desk, desk.handler, ask("", "photo", "date"))
        with pytest.raises(errors.Incomplete):
            self.by(desk, desk.customer, complaints.inform)
        assert self.by(desk, desk.customer, give(None)).stage == Stage.AWAITING_INFO
        assert self.by(desk, desk.customer, complaints.inform).stage == Stage.INVESTIGATING
        assert self.missing(desk) == ["date", "photo"]
        assert "info_complete" in desk.scene.told(desk.handler)
        with pytest.raises(errors.IllegalMove):
            self.by(desk, desk.customer, complaints.inform)

    def test_is_ended_by_who_asked_as_well(self, desk: Desk) -> None:
        self.by(desk, desk.handler, ask("", "photo", "date"))
        assert self.by(desk, desk.handler, handling.informed).stage == Stage.INVESTIGATING
        assert "info_enough" in desk.scene.told(desk.customer)

    @pytest.mark.parametrize(("sent", "stage"), [(True, Stage.INVESTIGATING), (False, Stage.CLOSED)])
    def test_in_part_is_no_silence(self, desk: Desk, sent: bool, stage: Stage) -> None:
        self.by(desk, desk.handler, ask("", "photo", "date"))
        desk.scene.deliver()
        if sent:
            self.by(desk, desk.customer, give("photo"))
        desk.scene.live(desk.newest("customer_info").due_at + timedelta(days=3))  # type: ignore[operator]
        assert desk.case.stage == stage

    def test_of_an_older_question_is_not_waited_for(self, desk: Desk) -> None:
        self.by(desk, desk.handler, ask("", "photo", "date"), handling.informed, ask("Which?"))
        assert self.missing(desk) == []
        assert self.by(desk, desk.customer, give("photo")).stage == Stage.INVESTIGATING

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(st.sampled_from(["photo", "date", "order_number", "packaging"]), min_size=1, unique=True), st.data()
    )
    def test_in_any_order_ends_with_the_last(self, desk: Desk, items: list[str], data: st.DataObject) -> None:
        if desk.case.stage == Stage.AWAITING_INFO:
            self.by(desk, desk.handler, handling.informed)
        self.by(desk, desk.handler, ask("", *items))
        for place, item in enumerate(data.draw(st.permutations(items)), 1):
            case = self.by(desk, desk.customer, give(item))
            assert (case.stage == Stage.INVESTIGATING) is (place == len(items))


class TestTheRecord:
    def test_holds_facts_and_findings_with_their_source_and_no_notes(self, desk: Desk) -> None:
        desk.live("take")
        with desk.scene.acting(desk.handler) as work:
            case = complaints.find(work, desk.code)
            (story,) = record.sources(work, case)
            handling.note(work, case, "Ring them.")
            handling.note(work, case, "It left on the third.", record.FACT, story.id)
            handling.note(work, case, "We were late.", record.FINDING)
            with pytest.raises(errors.Invalid):
                handling.note(work, case, "Hm.", "gossip")
            with pytest.raises(errors.Invalid):
                handling.note(work, case, "Hm.", record.FACT, 10**6)
            fact, finding = record.record(work, case)
            assert (fact.entry.kind, fact.source, finding.source) == ("fact", story, None)
            assert [each.text for each in record.findings(work, case)] == ["We were late."]

    def test_has_the_newest_wording(self, desk: Desk) -> None:
        desk.live("take")
        source = crypto.lookup("message", "1:1")
        with desk.scene.acting(desk.handler) as work:
            case = complaints.find(work, desk.code)
            handling.note(work, case, "We were lat.", record.FINDING)
            record.record(work, case)[0].entry.source = source
            work.db.flush()
            entries.edited(work, source, "We were late.")
            assert [each.text for each in record.findings(work, case)] == ["We were late."]
            assert len(record.record(work, case)) == 1
        assert "entry_edited" not in desk.scene.told(desk.customer)


class TestSteps:
    @pytest.fixture
    def scene(self, scene: Scene, tmp_path: Path) -> Scene:
        scene.office.organisation = load(rules(tmp_path, MANDATORY))
        return scene

    @staticmethod
    def ticked(work: Work, case: Complaint) -> dict[str, bool]:
        return {each.step.code: each.tick is not None for each in procedures.checklist(work, case)}

    def test_that_are_mandatory_hold_the_answer_back(self, desk: Desk) -> None:
        desk.live("take")
        with pytest.raises(errors.StepsMissing) as refusal:
            desk.live("refund")
        assert [each.code for each in refusal.value.facts["steps"]] == ["carrier"]
        assert desk.case.stage == Stage.INVESTIGATING
        desk.scene.act(desk.handler, desk.code, lambda work, case: procedures.tick(work, case, "carrier"))
        assert desk.live("refund").stage == Stage.ANSWERED

    def test_are_taken_back_with_a_reason_that_stays(self, desk: Desk) -> None:
        desk.live("take")
        with desk.scene.acting(desk.handler) as work:
            case = complaints.find(work, desk.code)
            with pytest.raises(errors.Stale):
                procedures.untick(work, case, "proof", "It was not.")
            procedures.tick(work, case, "proof")
            assert self.ticked(work, case) == {"carrier": False, "proof": True}
            for wrong in (lambda: procedures.tick(work, case, "proof"), lambda: procedures.tick(work, case, "fly"),
                          lambda: procedures.untick(work, case, "proof", " ")):  # fmt: skip
                with pytest.raises((errors.Stale, errors.Invalid)):
                    wrong()
            procedures.untick(work, case, "proof", "It was another parcel.")
            procedures.tick(work, case, "proof")
            assert self.ticked(work, case)["proof"]
        history = desk.scene.history(desk.code)
        assert (history.count("complaint.step_done"), history.count("complaint.step_undone")) == (2, 1)

    def test_stay_as_they_were_when_work_began(self, desk: Desk, tmp_path: Path) -> None:
        other = desk.scene.complaint(desk.customer)
        desk.live("take")
        before = desk.case.procedure
        assert before
        desk.scene.office.organisation = load(rules(tmp_path, MANDATORY.replace("proof", "scan")))
        with desk.scene.office.look() as work:
            assert list(self.ticked(work, desk.case)) == ["carrier", "proof"]
            assert list(self.ticked(work, desk.scene.case(other))) == ["carrier", "scan"]
        desk.scene.act(desk.handler, other, handling.take)
        assert desk.scene.case(other).procedure not in (None, before)
        desk.scene.office.organisation = load()
        with desk.scene.office.look() as work:
            assert list(self.ticked(work, desk.scene.case(other))) == ["carrier", "scan"]

    def test_that_the_file_gets_later_do_not_bind_a_case_in_hand(self, desk: Desk) -> None:
        strict, desk.scene.office.organisation = desk.scene.office.organisation, load()
        desk.live("take")
        desk.scene.office.organisation = strict
        assert desk.case.procedure == ""
        assert desk.live("refund").stage == Stage.ANSWERED


class TestTheFile:
    @pytest.mark.parametrize(
        ("more", "said"),
        [
            (MANDATORY.replace('"delivery"', '"moon"'), 'checklists[1].about: there is no category or group "moon"'),
            (MANDATORY.replace("proof", "carrier"), 'has step "carrier" twice'),
            (MANDATORY.replace("true", '"yes"'), "mandatory"),
            (MANDATORY.replace('en = "The carrier was asked."', 'en = ""'), "words.en: is empty"),
        ],
    )
    def test_that_contradicts_itself_is_refused_with_its_place(self, tmp_path: Path, more: str, said: str) -> None:
        with pytest.raises(OrganisationError) as refusal:
            load(rules(tmp_path, more))
        assert said in str(refusal.value)

    def test_may_be_without_lists_and_steps(self, tmp_path: Path) -> None:
        text = DEFAULT.read_text("utf-8")
        first, last = text.index("info_items = ["), text.index("[form]\n")
        found = load(rules(tmp_path, "", without=text[first:last]))
        assert (found.info_items, found.checklists) == ((), ())

    def test_that_ships_holds_no_answer_back(self) -> None:
        found = load()
        assert not [each for category in found.categories for each in found.steps_for(category.code) if each.mandatory]
        assert all(found.wanted_for(each.code) for each in found.categories)


class TestFollowingUp:
    def add(self, desk: Desk, count: int, album: int | None = None) -> None:
        for _each in range(count):
            desk.scene.act(
                desk.customer, desk.code, lambda work, case: complaints.add(work, case, "Hello?", album=album)
            )

    def test_three_times_without_an_answer_comes_first_and_is_told_once(self, desk: Desk) -> None:
        other = desk.scene.complaint(desk.scene.customer())
        desk.live("take")
        self.add(desk, 2)
        assert desk.case.chased_at is None
        self.add(desk, 3)
        assert desk.case.chased_at is not None
        assert desk.scene.told(desk.supervisor).count("repeat_contact") == 1
        with desk.scene.acting(desk.supervisor) as work:
            assert [each.code for each in handling.queue(work)[0]] == [desk.code, other]
        desk.live("write")
        assert (desk.case.chased_at, desk.case.contacts) == (None, 0)
        self.add(desk, 3)
        assert desk.scene.told(desk.supervisor).count("repeat_contact") == 2

    def test_twice_after_a_response_is_enough(self, desk: Desk) -> None:
        desk.live("take refund")
        self.add(desk, 1)
        assert desk.case.chased_at is None
        self.add(desk, 1)
        assert desk.case.chased_at is not None
        desk.live("refuse")
        desk.live("refund")
        assert desk.case.chased_at is None

    def test_with_an_album_is_once_and_an_answer_to_us_is_none(self, desk: Desk) -> None:
        desk.live("take")
        self.add(desk, 5, album=7)
        assert desk.case.contacts == 1
        desk.live("ask add")
        assert desk.case.contacts == 0


class TestAlike:
    @pytest.fixture
    def cases(self, scene: Scene) -> tuple[Scene, int, str]:
        handler = scene.staff("handler")
        for number in range(6):
            code = scene.answered(scene.customer(), handler, remedy="refund_full" if number % 2 else "apology")
            amount = str(1000 * (number + 1))
            scene.act(handler, code, lambda work, case, amount=amount: costs.spend(work, case, amount))  # type: ignore[misc]
            with scene.acting(scene.messenger(scene.case(code).customer_id)) as work:
                case = complaints.find(work, code)
                complaints.accept(work, case)
                if case.stage == Stage.IMPLEMENTING:
                    withdrawing.withdraw(work, case)
        code = scene.complaint(scene.customer())
        scene.act(handler, code, handling.take)
        return scene, handler, code

    def compare(self, scene: Scene, who: int, code: str, decision: str | None = None) -> comparables.Comparison:
        with scene.acting(who) as work:
            return comparables.compare(work, complaints.find(work, code), decision)

    def test_are_shown_with_remedy_amount_and_what_is_usual(self, cases: tuple[Scene, int, str]) -> None:
        scene, handler, code = cases
        found = self.compare(scene, handler, code)
        assert len(found.cases) == comparables.SHOWN
        assert {each.remedy for each in found.cases} == {"refund_full", "apology"}
        assert all(each.amounts for each in found.cases)
        values = [each and int(each.value) for each in (found.lowest, found.middle, found.highest)]
        assert (found.counted, values) == (6, [1000, 3500, 6000])

    def test_have_a_code_only_for_who_may_read_them(self, cases: tuple[Scene, int, str]) -> None:
        scene, handler, code = cases
        assert all(each.code for each in self.compare(scene, handler, code).cases)
        other = scene.staff("handler", department="product")
        mine = scene.complaint(scene.customer(), "product.defect")
        scene.act(other, mine, handling.take)
        with scene.acting(other) as work, pytest.raises(errors.NotFound):
            complaints.find(work, code)
        with scene.office.work() as work:  # of one group, so that the others are comparable
            work.db.get_one(Complaint, scene.case(mine).id).category = "delivery.damaged"
        found = self.compare(scene, other, mine)
        assert len(found.cases) == comparables.SHOWN
        assert [each.code for each in found.cases] == [None] * comparables.SHOWN
        assert found.middle is None  # of the own category there is none

    def test_put_what_is_most_alike_first(self, cases: tuple[Scene, int, str]) -> None:
        scene, handler, code = cases
        odd = scene.answered(scene.customer(), handler, decision="not_upheld", remedy="none")
        with scene.acting(scene.messenger(scene.case(odd).customer_id)) as work:
            complaints.accept(work, complaints.find(work, odd))
        assert self.compare(scene, handler, code, "not_upheld").cases[0].complaint.code == odd
        assert self.compare(scene, handler, code, "upheld").cases[0].complaint.code != odd
