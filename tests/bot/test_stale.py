"""Buttons of passed steps, of other people's cases, and of nobody's: they say what is true, and have no effect."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from backoffice import codes
from bot.keyboards import Desk, Form, Own
from bot.sandbox.person import Person as Human
from storage.complaints import Complaint
from tests.bot.cast import Cast, compact, empty_stage
from tests.running import text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORMS = [
    "group", "groups", "category", "evidence", "summary", "submit", "cancel", "discard", "again", "when", "day", "wish",
    "wished", "who", "anonymous", "reference", "name", "contact", "company", "clear", "fresh", "belongs",
    "about", "acting", "acting_as",
]  # fmt: skip
OWNS = [
    "show", "answer", "accept", "refuse", "counter", "confirm", "deny", "reopen", "rate_first", "rate_handling",
    "rate_outcome", "rate_loyalty", "rate_words", "add", "identify", "withdraw", "withdrawing", "withdrawn", "item",
    "informed", "another_matter", "contest_scope", "continue", "undone",
]  # fmt: skip
DESKS = [
    "show", "take", "ask", "write", "note", "answer", "decided", "remedies", "remedy", "next_step", "preview", "send",
    "reach_out", "carry_out", "read", "find_cause", "causes", "cause", "cause_only", "why", "why_back", "why_done",
    "reach", "found", "analysis", "shared", "shared_causes", "shared_cause", "incident", "incident_begin",
    "incident_more", "incident_tick", "incident_link", "incident_unlink", "incident_close", "assess", "assessed",
    "severities", "change_severity", "instead", "contain", "more", "costs", "cost_remedy", "cost_time", "cost_back",
    "deadlock", "subject", "named", "review", "heard",
    "challenged", "rule", "recuse", "panel_ask", "statement", "vote", "ballot", "vote_remedies", "vote_remedy",
    "cast", "admission", "admit", "not_admit", "by_hand", "told", "to_send", "new_link", "they_say", "they_name",
    "they_accept", "they_refuse", "they_confirm", "they_deny", "want", "send_list", "informed", "sources", "rests",
    "record", "steps", "step", "alike", "opinions", "opine", "share", "hear", "hear_ask", "hear_not",
    "merge", "scope", "scope_reason", "scope_place", "scope_sent",
    "scope_judge", "exclude", "include", "reopen_for", "record_withdrawal", "abuse", "abusive", "calm", "files",
    "hold", "lift_hold", "authority", "resume", "revise", "decide", "reasons", "reasoned", "more_reasons",
    "template", "templates", "another", "details", "parts", "part", "without", "amount", "by", "approval", "approve",
    "return_answer", "take_back", "risk", "risk_mark", "risk_clear", "who", "unmask", "hide", "readers", "tasks",
    "they_undone",
]  # fmt: skip
WEIGHING = ["assess", "assessed", "severities", "instead", "change_severity"]
NO_ANSWERS = ["4", "x", "٣", "-1", "11112", "111111", ".", ".grave", "1111.low", "11110.grave", "9" * 20]
BEHIND = "This step is already behind us."
NOT_OFFERED = "This choice is not offered any more."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    async with empty_stage(tmp_path_factory.mktemp("stale")) as it:
        yield it


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def no_trouble(stage: Cast) -> AsyncIterator[None]:
    """No tap is left without an answer, whatever it was, and nothing breaks."""
    calls = len(stage.desk.world.calls)
    yield
    assert stage.troubles(calls) == []
    assert [query.data for query in stage.desk.world.queries.values() if not query.answers] == []


async def customer(stage: Cast, language: str = "en") -> tuple[Human, Complaint]:
    human = await stage.desk.newcomer(language)
    await stage.desk.complain(human)
    return human, stage.case_of(human)


async def pair(stage: Cast, language: str = "en") -> tuple[Human, Human]:
    """A handler and a customer whose case is theirs."""
    await stage.desk.staff("handler", language=language, capacity=1)
    human, _case = await customer(stage, language)
    handler = stage.owner(human)
    stage.desks(handler, "take", human)()
    await stage.desk.settle()
    return handler, human


class TestAPassedStep:
    @pytest.mark.parametrize("language", ["fa", "ar", "en"])
    async def test_of_the_form_tells_where_the_submitted_case_stands(self, stage: Cast, language: str) -> None:
        human, case = await customer(stage, language)
        before = stage.snapshot()
        said = await stage.replies(human, *[stage.tap_of(human, Form(do=do, draft=case.id)) for do in FORMS])
        assert len(said) == len(FORMS)
        for each in said:
            assert stage.desk.said(human, BEHIND) in each
            assert (case.code or "") in each
            assert stage.desk.said(human, "received") in each
        assert stage.snapshot() == before

    async def test_submitted_twice_at_once_is_one_case(self, stage: Cast) -> None:
        human = await stage.desk.newcomer()
        await stage.desk.form(human)
        await stage.desk.say(human, "The parcel never arrived, and nobody answers.")
        cases = len(stage.desk.cases())
        said = await stage.says(human, *[lambda: human.tap("Submit the complaint")] * 2)
        assert len(stage.desk.cases()) == cases + 1
        assert said.count("We have received your complaint.") == 1
        assert said.count(BEHIND) == 1

    async def test_taken_twice_at_once_is_taken_once(self, stage: Cast) -> None:
        await stage.desk.staff("handler", capacity=1)
        human, _case = await customer(stage)
        handler = stage.owner(human)
        said = await stage.says(handler, *[stage.desks(handler, "take", human)] * 2)
        assert said.count("The case is yours.") == 1
        assert said.count(BEHIND) == 1
        assert [text_of(each).split("\n")[0] for each in human.inbox].count(
            "Your complaint is being investigated."
        ) == 1

    async def test_assessed_twice_at_once_counts_once(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        said = await stage.says(handler, *[stage.desks(handler, "assessed", human, "11110")] * 2)
        assert stage.case_of(human).severity == "medium"
        assert said.count("The severity is recorded.") == 1
        assert said.count(BEHIND) == 1

    async def test_an_assessment_that_the_case_has_left_behind_has_no_effect(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        old = stage.desks(handler, "assess", human, "1111")
        await stage.says(handler, old)
        question = handler.last
        await stage.desk.say(human, "/start")
        await stage.says(human, stage.owns(human, "withdrawn"))
        before = stage.snapshot()
        assert BEHIND in await stage.says(handler, lambda: handler.tap("No", question))
        assert stage.snapshot() == before

    async def test_an_old_button_does_not_take_a_case_from_a_colleague(self, stage: Cast) -> None:
        supervisor = await stage.desk.staff("supervisor")
        await stage.desk.staff("handler", capacity=1)
        human, case = await customer(stage)
        handler = stage.owner(human)
        old = stage.tap_of(supervisor, Desk(do="take", code=compact(case), turn=case.turn))
        stage.desks(handler, "take", human)()
        await stage.desk.settle()
        said = await stage.says(supervisor, old)
        assert BEHIND in said
        assert stage.case_of(human).owner_id == stage.person(handler).id

    async def test_the_first_answer_cannot_be_accepted_after_the_second(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        await stage.desk.answer(handler)
        first, turn = human.last, stage.case_of(human).turn
        await stage.desk.tap(human, "No, it does not satisfy me")
        stage.desks(handler, "show", human)()
        await stage.desk.settle()
        await stage.desk.answer(handler, "The carrier paid.")
        before = stage.snapshot()
        old = Own(do="accept", code=compact(stage.case_of(human)), turn=turn).pack()
        said = await stage.says(human, lambda: human.tap_data(old, first))
        assert BEHIND in said
        assert "Stage: answered" in said
        assert stage.snapshot() == before

    @pytest.mark.parametrize("do", ["accept", "refuse"])
    async def test_answered_twice_at_once_counts_once(self, stage: Cast, do: str) -> None:
        handler, human = await pair(stage)
        await stage.desk.answer(handler)
        turn = stage.case_of(human).turn
        said = await stage.says(human, *[stage.owns(human, do)] * 2)
        assert stage.case_of(human).turn == turn + 1
        assert said.count(BEHIND) == 1

    async def test_the_end_leaves_nothing_to_take_withdraw_or_ask(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        await stage.says(human, stage.owns(human, "withdrawn"))
        before = stage.snapshot()
        supervisor = await stage.desk.staff("supervisor")
        for who, tap in [
            (human, stage.owns(human, "withdraw")),
            (human, stage.owns(human, "withdrawn")),
            (human, stage.owns(human, "answer")),
            (handler, stage.desks(handler, "ask", human)),
            (handler, stage.desks(handler, "answer", human)),
            (supervisor, stage.desks(supervisor, "take", human)),
        ]:
            assert "closed" in await stage.says(who, tap)
        assert {**stage.snapshot(), "Staff": [], "Invitation": []} == {**before, "Staff": [], "Invitation": []}

    async def test_a_rating_of_a_reopened_case_is_refused(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        await stage.desk.answer(handler, decision=2)
        await stage.says(human, stage.owns(human, "accept"))
        await stage.says(human, stage.owns(human, "reopen"))
        said = await stage.says(human, stage.owns(human, "rate_handling", "1"))
        assert BEHIND in said

    async def test_an_answer_begun_for_one_case_does_not_stray_to_another(self, stage: Cast) -> None:
        handler = await stage.desk.staff("complaints_manager")
        (_, one), (_, two) = await pair(stage), await pair(stage)
        for human in (one, two):
            await stage.says(handler, stage.desks(handler, "take", human))
            assert "Is the complaint justified?" in await stage.says(handler, stage.desks(handler, "answer", human))
        said = await stage.says(handler, stage.desks(handler, "decided", one, "upheld"))
        assert BEHIND in said
        assert (stage.case_of(one).code or "") in said

    async def test_a_page_that_is_not_there_any_more_is_no_claim_that_there_is_nothing(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        for who, to in ((human, "mine"), (handler, "queue")):
            for page in ("1", "-1", "9" * 30):
                said = await stage.says(who, partial(who.tap_data, f"go:{to}:{page}"))
                assert NOT_OFFERED in said

    async def test_a_button_under_a_message_that_was_deleted_still_works(self, stage: Cast) -> None:
        human, case = await customer(stage)
        shown = human.last
        assert shown is not None
        stage.desk.world.delete(shown)
        assert (case.code or "") in await stage.says(human, lambda: human.tap_data("go:mine:0", shown))


class TestSomebodyElses:
    async def test_draft_and_case_are_as_if_they_were_not_there(self, stage: Cast) -> None:
        _handler, human = await pair(stage)
        begun = await stage.desk.newcomer()
        await stage.desk.form(begun)
        await stage.desk.say(begun, "words that nobody else may read")
        there = compact(stage.case_of(human)), stage.draft(begun)
        not_there = codes.compact(codes.new_code()), there[1] + 1000
        before = {**stage.snapshot(), "Staff": [], "Invitation": []}
        stranger, colleague = await stage.desk.newcomer(), await stage.desk.staff("handler", department="finance")
        for who, forms, owns, desks in ((stranger, FORMS, OWNS, DESKS[:2]), (colleague, FORMS[:2], OWNS[:2], DESKS)):
            said = [
                await stage.replies(
                    who,
                    *(stage.tap_of(who, Form(do=do, draft=draft)) for do in forms),
                    *(stage.tap_of(who, Own(do=do, code=code, turn=3)) for do in owns),
                    *(stage.tap_of(who, Desk(do=do, code=code, turn=3)) for do in desks),
                )
                for code, draft in (there, not_there)
            ]
            assert said[0] == said[1]
            assert len(said[0]) == len(forms) + len(owns) + len(desks)
            assert stage.state(who)[0] is None
        assert {**stage.snapshot(), "Staff": [], "Invitation": []} == before

    async def test_words_cannot_be_pushed_into_somebody_elses_case(self, stage: Cast) -> None:
        _human, case = await customer(stage)
        stranger = await stage.desk.newcomer()
        await stage.desk.say(stranger, "words of a stranger")
        stage.forms(stranger, "belongs", case.code or "")()
        await stage.desk.settle()
        assert text_of(stranger.last).startswith("We found no such case for you.")
        assert "words of a stranger" in stage.kept(stranger, 0)[0]
        assert (case.code or "") not in text_of(stranger.last)


MADE_UP = [
    "x", "", ":", "::::", "f", "f:", "go", "go:nowhere:0", "go:home:x", "go:home:0:0", "ch:language:xx", "ch:x:y",
    "ok:privacy:0", "ok:x:1", "f:when:-1:", f"f:when:{2**31}:", f"f:submit:{2**63}:", f"f:summary:{'9' * 400}:",
    "f:fly:1:", "f:when:1e3:", "f:when:٣:", "own:show::0:", f"own:accept:000000000:{2**70}:", "own:fly:000000000:0:",
    "own:show:%00'; DROP TABLE complaint:0:", "desk:show::0:", "desk:take:000000000:-5:", "desk:fly:000000000:0:",
    "post:capacity:99999999999999999999", "post:fly:", "post:role:king", "inq:open:x", "inq:take:-1",
    f"inq:read:{10**30}", "inq:withdraw:1", "inq:fly:1", "carry:open:x:", "carry:done:-1:",
    f"carry:give_to:{10**30}:1", "carry:returned:1:", "carry:fly:1:", "\u202eog", "🔥" * 16, "a" * 5000,
]  # fmt: skip


class TestMadeUp:
    @pytest.mark.parametrize("who", ["customer", "handler", "admin"])
    async def test_data_has_no_effect_and_is_answered(self, stage: Cast, who: str) -> None:
        human = await (stage.desk.newcomer() if who == "customer" else stage.desk.staff(who, department="finance"))
        before = stage.snapshot()
        said = await stage.replies(human, *[partial(human.tap_data, data) for data in MADE_UP])
        assert len(said) == len(MADE_UP)
        assert stage.snapshot() == before

    async def test_data_of_an_own_case_has_no_effect(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        case = stage.case_of(human)
        await stage.desk.answer(handler)
        await stage.says(human, stage.owns(human, "refuse"))
        code, turn = compact(case), stage.case_of(human).turn
        await stage.says(handler, stage.desks(handler, "answer", human))
        before = stage.snapshot()
        made_up = [f"desk:{do}:{code}:{turn}:{each}" for do in WEIGHING for each in NO_ANSWERS]
        assert len(await stage.replies(handler, *[partial(handler.tap_data, data) for data in made_up])) == len(made_up)
        numbers = ("-1", "x", "0", "6", "٣٣", "9" * 30, "9" * 5000)
        for who, prefix, verbs in (
            (
                human,
                "own",
                (
                    "rate_first",
                    "rate_handling",
                    "rate_outcome",
                    "rate_loyalty",
                    "rate_words",
                    "accept",
                    "item",
                    "informed",
                ),
            ),
            (
                handler,
                "desk",
                (
                    "remedies",
                    "remedy",
                    "decided",
                    "causes",
                    "cost_back",
                    "more",
                    "want",
                    "sources",
                    "rests",
                    "step",
                    "opine",
                    "alike",
                    "share",
                    "hear_ask",
                    "informed",
                    "template",
                    "templates",
                    "part",
                    "without",
                    "by",
                    "risk_mark",
                    "risk_clear",
                ),
            ),
        ):
            made_up = [f"{prefix}:{do}:{code}:{turn - 1}:{number}" for do in verbs for number in numbers]
            said = await stage.replies(who, *[partial(who.tap_data, data) for data in made_up])
            assert len(said) == len(made_up)
        assert stage.snapshot() == before

    async def test_a_complainant_cannot_act_as_staff_on_the_own_case(self, stage: Cast) -> None:
        _handler, human = await pair(stage)
        before = stage.snapshot()
        said = await stage.replies(human, *[stage.desks(human, do, human) for do in DESKS])
        assert len(said) == len(DESKS)
        assert {each.partition(".")[0] for each in said} == {"You do not have the right to do this"}
        assert stage.state(human)[0] is None
        assert stage.snapshot() == before
