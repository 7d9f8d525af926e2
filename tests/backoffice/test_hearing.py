"""Both sides are heard, and each reads what the other says; nobody learns who on the review asked."""

import pytest

from backoffice import entries, errors, hearing
from backoffice.stages import Stage
from tests.backoffice.conftest import VERBS, Desk
from tests.backoffice.reviewing import ASKED, alternates, as_found, committee, leaves, name_subject, told, votes


def heard(desk: Desk) -> list[str]:
    with desk.scene.office.look() as work:
        return [each.kind for each in hearing.heard(work, desk.case)]


class TestSides:
    def test_what_the_complainant_adds_reaches_the_panel_and_who_decided(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(f"{ASKED} add")
        desk.scene.deliver()
        assert all(told(desk, who, "panel_heard") for who in members.values())
        assert told(desk, desk.handler, "evidence_given")
        assert not told(desk, desk.handler, "panel_heard")

    def test_what_who_decided_states_reaches_the_complainant_and_the_panel(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(f"{ASKED} state")
        desk.scene.deliver()
        assert told(desk, desk.customer, "statement_made")
        assert all(told(desk, who, "panel_heard") for who in members.values())

    def test_a_question_reaches_the_complainant_and_the_other_members(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        desk.scene.act(members["support"], desk.code, VERBS["question"])
        desk.scene.deliver()
        (asked,) = told(desk, desk.customer, "panel_asked")
        assert set(asked.parts[0]) == {"entry_id"}
        written = [bool(told(desk, who, "panel_wrote")) for who in members.values()]
        assert written == [False, True, True]

    @pytest.mark.parametrize("author", ["customer", "handler"])
    def test_a_file_reaches_everybody_else_who_is_heard(self, desk: Desk, author: str) -> None:
        members = committee(desk)
        desk.live(ASKED)
        desk.scene.deliver()
        who = getattr(desk, author)

        def send(work, case) -> None:  # type: ignore[no-untyped-def]
            say = hearing.state if author == "handler" else VERBS["add"]
            entry = say(work, case, None) if author == "handler" else say(work, case)
            entries.attach(work, entry, "document", "file-7")

        desk.scene.act(who, desk.code, send)
        desk.scene.deliver()
        everybody = {*members.values(), desk.customer, desk.handler}
        assert {each for each in everybody if told(desk, each, "files")} == everybody - {who}

    def test_an_edited_one_does_too(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        desk.scene.act(desk.handler, desk.code, lambda work, case: hearing.state(work, case, "We did.", source=8))
        with desk.scene.acting(desk.handler) as work:
            assert entries.edited(work, 8, "We did look.")
        desk.scene.deliver()
        assert all(told(desk, who, "entry_edited") for who in (*members.values(), desk.customer))

    def test_but_not_by_whoever_has_lost_the_case(self, desk: Desk) -> None:
        desk.live(ASKED)
        desk.scene.act(desk.handler, desk.code, lambda work, case: hearing.state(work, case, "We did.", source=8))
        name_subject(desk, desk.handler)
        with desk.scene.acting(desk.handler) as work:
            assert entries.edited(work, 8, "They lie.") is None

    def test_who_wants_to_be_heard_is_asked_once(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(f"{ASKED} be_heard be_heard")
        desk.scene.deliver()
        assert desk.scene.review(desk.code).heard
        assert [len(told(desk, who, "hearing_wanted")) for who in members.values()] == [1, 1, 1]


class TestFile:
    def test_the_panel_reads_what_both_sides_may_read_and_no_notes(self, desk: Desk) -> None:
        committee(desk)
        desk.live("take snooze write reject ask_review state question add")
        assert heard(desk) == ["story", "message", "grounds", "statement", "panel_question", "addition"]

    @pytest.mark.parametrize("verb", ["write", "ask", "take", "refund", "carry_out", "declare", "question", "vote"])
    def test_who_had_the_case_may_state_and_nothing_else(self, desk: Desk, verb: str) -> None:
        committee(desk)
        desk.live(ASKED)
        with pytest.raises(errors.Barred):
            desk.scene.act(desk.handler, desk.code, VERBS[verb])

    @pytest.mark.parametrize("life", ["take reject", f"{ASKED} vote", f"{ASKED} withdraw_review"])
    def test_a_statement_belongs_to_a_review_that_runs(self, desk: Desk, life: str) -> None:
        desk.live(life)
        with pytest.raises(errors.OfficeError):
            desk.scene.act(desk.handler, desk.code, VERBS["state"])

    def test_nobody_asks_any_more_when_it_is_decided(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        votes(desk, dict.fromkeys(members.values(), "upheld"))
        with pytest.raises(errors.NotFound):
            as_found(desk, members["support"], VERBS["question"])

    def test_a_member_who_is_new_gets_what_was_said_so_far(self, desk: Desk) -> None:
        members, others = committee(desk), alternates(desk)
        desk.live(ASKED)

        def send(work, case) -> None:  # type: ignore[no-untyped-def]
            entries.attach(work, hearing.state(work, case, None), "document", "file-7")

        desk.scene.act(desk.handler, desk.code, send)
        leaves(desk, members["technical"])
        desk.scene.deliver()
        assert told(desk, others["technical"], "files")
        assert desk.case.stage == Stage.IN_REVIEW
