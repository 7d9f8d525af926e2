"""Every door tried by every kind of person: who may not is refused in words and without effect, and learns nothing."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
import pytest_asyncio

from backoffice import codes, people, team
from bot.sandbox.person import Person as Human
from tests.bot.business_doors import BUSINESS
from tests.bot.cast import Cast, compact, empty_stage
from tests.bot.refused import NO_ACTION, NO_DRAFT, NO_INQUIRY, NO_TASK, NOT_ALLOWED, NOT_FOUND, SECRET, WRONG
from tests.running import text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

KINDS = ["stranger", "customer", "handler", "other", "supervisor", "admin", "auditor", "left"]
#: What is said or tapped, and who may.
DOORS: dict[str, set[str]] = {
    **{each: {"handler", "other", "supervisor"} for each in ("/queue", "/away", "/back")},
    "/invite": {"admin"},
    "/team": {"supervisor", "admin"},
    **BUSINESS,
    "/dispute": set(),
    **{f"/{each} CODE": set() for each in ("dispute", "consent", "refer", "outcome")},
    "/unresolved": {"auditor"},
    "/action": {"handler", "other", "supervisor", "auditor"},
    "/action ACT-0000-0000-0": set(),
    "/case CODE": {"handler", "supervisor", "auditor"},
    "/take CODE": {"handler", "supervisor"},
    "/note CODE a note": {"handler", "supervisor"},
    "/ask CODE a question": {"handler"},
    "/answer CODE": {"handler"},
    "/approve": {"supervisor"},
    "/approve CODE": {"handler", "supervisor", "auditor"},
    "go:queue:0": {"handler", "other", "supervisor"},
    "go:approvals:0": {"supervisor"},
    "go:held:0": {"handler", "other", "supervisor"},
    "go:away:0": {"handler", "other", "supervisor"},
    "go:invite:0": {"admin"},
    "go:team:0": {"supervisor", "admin"},
    "go:disputes:0": set(),
    "go:actions:0": {"handler", "other", "supervisor", "auditor"},
    "acts:all:0:": {"supervisor", "auditor"},
    "acts:units:0:": {"supervisor", "auditor"},
    **{f"act:{do}:1:0:": set() for do in ("show", "cases", "owner", "give", "finish", "drop", "date", "helped")},
    "go:unresolved:0": {"auditor"},
    "go:lessons:0": {"auditor"},
    "rep:volume:month:0::-1:": {"supervisor", "auditor"},
    "rep:table:month:0::-1:": {"supervisor", "auditor"},
    **{f"rep:{each}:month:0::-1:": set() for each in ("words", "xlsx_words", "csv_words")},
    "go:unresolved_totals:0": {"auditor"},
    "team:card:1:0": {"supervisor", "admin"},
    "team:remove:1:0": {"admin"},
    "team:removed:1:0": {"admin"},
    "post:roles:": {"admin"},
    "post:role:admin": {"admin"},
    "post:capacity:10": {"admin"},
    "desk:show:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:read:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:take:CODE:2:": {"handler", "supervisor"},
    "desk:assess:CODE:2:": {"handler", "supervisor"},
    "desk:assessed:CODE:2:11110": {"handler", "supervisor"},
    "desk:change_severity:CODE:2:": {"handler", "supervisor"},
    "desk:instead:CODE:2:.high": {"handler", "supervisor"},
    "desk:product:CODE:2:": {"handler", "supervisor"},
    "desk:branch:CODE:2:-": {"handler", "supervisor"},
    "desk:contain:CODE:2:": {"handler", "supervisor"},
    "desk:note:CODE:2:": {"handler", "supervisor"},
    "desk:ask:CODE:2:": {"handler"},
    "desk:write:CODE:2:": {"handler"},
    "desk:want:CODE:2:photo": {"handler"},
    "desk:send_list:CODE:2:": {"handler"},
    "desk:informed:CODE:2:": {"handler"},
    "desk:sources:CODE:2:fact.0": {"handler", "supervisor"},
    "desk:rests:CODE:2:fact.1": {"handler", "supervisor"},
    "desk:record:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:steps:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:step:CODE:2:x": {"handler", "supervisor"},
    "desk:alike:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:opinions:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:opine:CODE:2:": {"handler"},
    "desk:opine:CODE:2:finance": {"handler"},
    "desk:share:CODE:2:": {"handler"},
    "desk:hear:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:hear_ask:CODE:2:": {"handler"},
    "desk:hear_not:CODE:2:": {"handler"},
    **{f"inq:{do}:1": set() for do in ("open", "take", "files", "decline", "declined", "read", "withdraw")},
    "go:inquiries:0": {"handler", "other", "supervisor"},
    **{each: {"handler", "other", "supervisor"} for each in ("/tasks", "go:tasks:0")},
    "desk:tasks:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:they_undone:CODE:2:0": {"handler", "supervisor"},
    "own:undone:CODE:2:0": {"customer"},
    **{f"carry:{do}:1:1": set() for do in ("open", "done", "give", "give_to", "taken", "returned")},
    "desk:reach_out:CODE:2:": {"handler", "supervisor"},
    "desk:answer:CODE:2:": {"handler"},
    "desk:decided:CODE:2:upheld": {"handler"},
    "desk:remedy:CODE:2:apology": {"handler"},
    "desk:preview:CODE:2:": {"handler"},
    "desk:send:CODE:2:": {"handler"},
    "desk:carry_out:CODE:2:": {"handler"},
    **{f"desk:{do}:CODE:2:": {"handler"} for do in ("resume", "revise", "decide", "reasons", "parts", "details")},
    **{f"desk:{do}:CODE:2:": {"handler"} for do in ("reasoned", "more_reasons", "template", "another", "amount")},
    **{f"desk:{do}:CODE:2:": {"handler"} for do in ("templates", "part", "without", "by", "take_back")},
    "desk:approval:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:approve:CODE:2:": {"supervisor"},
    "desk:return_answer:CODE:2:": {"supervisor"},
    "desk:risk:CODE:2:": {"handler", "supervisor"},
    "desk:risk_mark:CODE:2:legal": {"handler", "supervisor"},
    "desk:risk_clear:CODE:2:legal": {"handler", "supervisor"},
    "/cause": {"handler", "other", "supervisor"},
    "/cause CODE": {"handler", "supervisor"},
    "go:analyses:0": {"handler", "other", "supervisor"},
    "desk:find_cause:CODE:2:": {"handler", "supervisor"},
    "/log": {"handler", "other", "supervisor"},
    "go:record:0": {"handler", "other", "supervisor"},
    "log:channel:0:phone": {"handler", "other", "supervisor"},
    **{f"log:{do}:1:": set() for do in ("go_on", "submit", "who", "contact", "subject", "discard", "cancel", "same")},
    "desk:by_hand:CODE:2:": {"handler", "supervisor"},
    "desk:told:CODE:2:1": {"handler", "supervisor"},
    "desk:to_send:CODE:2:1": {"handler", "supervisor"},
    "desk:new_link:CODE:2:": {"handler", "supervisor"},
    "desk:they_say:CODE:2:": {"handler", "supervisor"},
    "desk:they_name:CODE:2:": {"handler", "supervisor"},
    "desk:they_accept:CODE:2:": {"handler", "supervisor"},
    "desk:they_confirm:CODE:2:": {"handler", "supervisor"},
    "own:identify:CODE:2:": {"customer"},
    "/log CODE": {"handler", "supervisor"},
    "/log CODE 45": {"handler", "supervisor"},
    "desk:costs:CODE:2:": {"handler", "supervisor"},
    "desk:cost_remedy:CODE:2:": {"handler", "supervisor"},
    "desk:cost_time:CODE:2:": {"handler", "supervisor"},
    "desk:cost_back:CODE:2:1": {"handler", "supervisor"},
    "desk:cause:CODE:2:x": {"handler", "supervisor"},
    "desk:cause_only:CODE:2:": {"handler", "supervisor"},
    "desk:why:CODE:2:": {"handler", "supervisor"},
    "desk:why_back:CODE:2:": {"handler", "supervisor"},
    "desk:why_done:CODE:2:": {"handler", "supervisor"},
    "desk:reach:CODE:2:single": {"handler", "supervisor"},
    "desk:found:CODE:2:": {"handler", "supervisor"},
    "desk:analysis:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:incident:CODE:2:": {"handler", "supervisor"},
    "desk:incident_begin:CODE:2:": {"handler", "supervisor"},
    "desk:incident_more:CODE:2:": {"handler", "supervisor"},
    "desk:incident_tick:CODE:2:x": {"handler", "supervisor"},
    "desk:incident_link:CODE:2:": {"handler", "supervisor"},
    "desk:incident_unlink:CODE:2:": {"handler", "supervisor"},
    "desk:incident_close:CODE:2:": {"supervisor"},
    "desk:shared:CODE:2:": {"supervisor"},
    "desk:shared_cause:CODE:2:x": {"supervisor"},
    "desk:actions:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:new_action:CODE:2:": {"supervisor"},
    "desk:learn:CODE:2:action": set(),
    "dsp:take_up:CODE:2:": set(),
    "dsp:refuse_us:CODE:2:": set(),
    "dsp:refuse_for:CODE:2:no_basis": set(),
    "dsp:invite_mediator:CODE:2:": set(),
    "dsp:accepts:CODE:2:": set(),
    "dsp:declines:CODE:2:": set(),
    "dsp:we_leave:CODE:2:": set(),
    "dsp:our_amount:CODE:2:": set(),
    "dsp:progress:CODE:2:": set(),
    "dsp:recommend:CODE:2:nothing": set(),
    "dsp:decide:CODE:2:": set(),
    "dsp:decided_for:CODE:2:dismissed": set(),
    "dsp:binds:CODE:2:dismissed.both": set(),
    "dsp:sign:CODE:2:": set(),
    "dsp:signed:CODE:2:1": set(),
    "dsp:verdict:CODE:2:1": set(),
    "dsp:accept_verdict:CODE:2:1": set(),
    "dsp:decline_verdict:CODE:2:1": set(),
    "dsp:we_appeal:CODE:2:": set(),
    "dsp:our_duties:CODE:2:": {"handler", "supervisor", "auditor"},
    "dsp:our_duty:CODE:2:1": {"handler"},
    **{
        f"desk:{do}:CODE:2:": {"handler", "supervisor"}
        for do in (
            *("merge", "scope", "scope_reason", "scope_place", "scope_sent", "record_withdrawal", "abuse", "abusive"),
        )
    },
    "desk:merge_into:CODE:2:CODE": {"handler", "supervisor"},
    "desk:merged:CODE:2:CODE": {"handler", "supervisor"},
    "desk:calm:CODE:2:": {"handler", "supervisor"},
    **{f"desk:{do}:CODE:2:": {"handler", "supervisor", "auditor"} for do in ("files", "who", "unmask", "hide")},
    "desk:unmask:CODE:2:other": {"handler", "supervisor", "auditor"},
    "desk:readers:CODE:2:": {"auditor"},
    "desk:scope_judge:CODE:2:": {"handler", "supervisor", "auditor"},
    "desk:exclude:CODE:2:1": {"supervisor"},
    "desk:include:CODE:2:1": {"supervisor"},
    "desk:reopen_for:CODE:2:": {"supervisor"},
    "desk:unmerge:CODE:2:": {"customer", "supervisor"},
    "desk:authority:CODE:2:": {"handler"},
    **{f"desk:{do}:CODE:2:": set() for do in ("hold", "lift_hold", "dispute", "entry", "lesson", "no_cost")},
    "go:holds:0": {"auditor"},
    "own:withdrawing:CODE:2:": {"customer"},
    "own:another_matter:CODE:2:": {"customer", "supervisor"},
    "own:contest_scope:CODE:2:": {"customer"},
    "own:continue:CODE:2:": {"customer"},
    "data:erasure:CODE": {"customer"},
    "data:erase:CODE": {"customer"},
    "own:show:CODE:2:": {"customer"},
    "own:answer:CODE:2:": {"customer"},
    "own:accept:CODE:2:": {"customer"},
    "own:refuse:CODE:2:": {"customer"},
    "own:counter:CODE:2:": {"customer"},
    "own:add:CODE:2:": {"customer"},
    "own:item:CODE:2:photo": {"customer"},
    "own:informed:CODE:2:": {"customer"},
    "own:withdrawn:CODE:2:": {"customer"},
    "own:reopen:CODE:2:": {"customer"},
    "own:rate_outcome:CODE:2:1": {"customer"},
    "own:rate_first:CODE:2:1": {"customer"},
    "own:rate_loyalty:CODE:2:1": {"customer"},
    "own:rate_words:CODE:2:loyalty": {"customer"},
}


@dataclass
class House:
    stage: Cast
    people: dict[str, Human]

    def knock(self, who: Human, door: str) -> None:
        case = self.stage.case_of(self.people["customer"])
        if door.startswith("/"):
            who.say(door.replace("CODE", case.code or ""))
        else:
            who.tap_data(door.replace("CODE", compact(case)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with empty_stage(tmp_path_factory.mktemp("doors")) as stage:
        desk = stage.desk
        admin, left = await desk.staff("admin"), await desk.staff("handler", "supervisor", "admin")
        customer = await desk.newcomer()
        await desk.complain(customer, "words that only few may read")
        await stage.says(left, stage.desks(left, "take", customer))
        await stage.says(customer, stage.owns(customer, "add"), partial(customer.say, "more words"))
        await stage.says(customer, partial(customer.say, "/cancel"))
        handler = await desk.staff("handler", department="delivery")
        with desk.desk.office.work() as work:
            people.recognise(work, admin.id)
            assert team.dismiss(work, stage.person(left).id) == []
        assert stage.case_of(customer).owner_id == stage.person(handler).id
        supervisor = await desk.staff("supervisor", department="delivery")
        other = await desk.staff("handler", department="finance")
        stranger, auditor = await desk.newcomer(), await desk.staff("auditor")
        found = (stranger, customer, handler, other, supervisor, admin, auditor, left)
        yield House(stage, dict(zip(KINDS, found, strict=True)))
        assert stage.troubles(0) == []


class TestDoors:
    @pytest.mark.parametrize("kind", KINDS)
    async def test_that_are_not_theirs_are_closed(self, house: House, kind: str) -> None:
        who, before = house.people[kind], house.stage.snapshot()
        closed = [door for door, may in DOORS.items() if kind not in may]
        said = await house.stage.replies(who, *[partial(house.knock, who, door) for door in closed])
        assert len(said) == len(closed)
        assert set(said) <= {NOT_ALLOWED, NOT_FOUND, NO_ACTION, NO_DRAFT, NO_INQUIRY, NO_TASK}
        if kind in ("stranger", "other", "admin", "left"):  # these learn not even that there is such a case
            case = [text for door, text in zip(closed, said, strict=True) if "CODE" in door]
            assert set(case) == {NOT_FOUND}
        assert house.stage.snapshot() == before
        assert house.stage.state(who)[0] is None

    @pytest.mark.parametrize("kind", ["handler", "supervisor", "auditor", "admin", "customer"])
    async def test_that_are_theirs_are_open(self, house: House, kind: str) -> None:
        who = house.people[kind]
        for door in ("/case CODE", "desk:read:CODE:2:", "desk:show:CODE:2:", "/invite", "own:show:CODE:2:"):
            if kind in DOORS[door]:
                said = await house.stage.says(who, partial(house.knock, who, door))
                assert said, door
                assert not {NOT_ALLOWED, NOT_FOUND} & {said}, door

    async def test_a_colleague_who_left_writes_to_nobody_by_a_reply(self, house: House) -> None:
        left, customer = house.people["left"], house.people["customer"]
        wrote = next(each for each in left.inbox if "more words" in text_of(each))
        seen = len(customer.inbox)
        said = await house.stage.says(left, lambda: left.say("a word from outside", reply_to=wrote))
        assert "We have kept your message." in said
        assert len(customer.inbox) == seen

    async def test_a_stranger_cannot_reply_into_a_case(self, house: House) -> None:
        stranger, customer = house.people["stranger"], house.people["customer"]
        assert customer.last is not None
        said = await house.stage.says(stranger, lambda: stranger.say("let me in", reply_to=customer.last.id))  # type: ignore[union-attr]
        assert (house.stage.case_of(customer).code or "") not in said


class TestAnInvitation:
    @pytest.mark.parametrize("language", ["fa", "ar", "en"])
    @pytest.mark.parametrize("why", ["used", "expired", "garbled", "foreign"])
    async def test_that_is_void_is_refused_in_a_clear_sentence(self, house: House, why: str, language: str) -> None:
        stage = house.stage
        human = await stage.desk.newcomer(language)
        with stage.desk.desk.office.work() as work:
            token = people.invite(work, people.Post(["admin"]))
        sentence = "This invitation is not valid. Please check the link, or ask your administrator for a new one."
        if why == "used":
            stage.desk.world.person(name="First").start(f"join-{token}")
            await stage.desk.settle()
            sentence = "This invitation has been used already. Please ask your administrator for a new link."
        elif why == "expired":
            stage.desk.desk.clock.forward(timedelta(days=30))  # type: ignore[attr-defined]
            sentence = "This invitation has expired. Please ask your administrator for a new link."
        elif why == "garbled":
            token = token[:-1]
        else:
            token = "A" * 32
        before = stage.snapshot()
        said = await stage.says(human, lambda: human.start(f"join-{token}"))
        assert said == stage.desk.said(human, sentence)
        assert stage.snapshot() == before

    async def test_opens_once_however_often_it_is_tapped(self, house: House) -> None:
        human = await house.stage.desk.newcomer()
        with house.stage.desk.desk.office.work() as work:
            token = people.invite(work, people.Post(["auditor"]))
        said = await house.stage.says(human, *[lambda: human.start(f"join-{token}")] * 2)
        assert said.count("Welcome to the team.") == 1
        assert said.count("has been used already") == 1

    async def test_another_link_is_a_plain_start(self, house: House) -> None:
        human = await house.stage.desk.newcomer()
        for payload in ("x", "case-SLH", "join_", "-" * 64):
            said = await house.stage.says(human, partial(human.start, payload))
            assert "Welcome to the complaint desk" in said


class TestASecret:
    async def anonymous(self, house: House) -> tuple[Human, str, str]:
        """The complainant, the code and the secret of an anonymous case."""
        stage = house.stage
        human = await stage.desk.newcomer()
        await stage.desk.form(human)
        await stage.desk.say(human, "Somebody took money and I fear for my place.")
        await stage.says(human, stage.forms(human, "anonymous"))
        await stage.says(human, stage.forms(human, "summary"))
        said = await stage.says(human, lambda: human.tap("Submit the complaint"))
        secret = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", said)
        assert secret is not None
        return human, stage.case_of(human).code or "", secret[0]

    async def test_is_asked_for_in_the_same_words_whether_the_case_exists_or_not(self, house: House) -> None:
        _human, hidden, _secret = await self.anonymous(house)
        named = house.stage.case_of(house.people["customer"]).code or ""
        for kind in ("stranger", "auditor", "left"):
            who = house.people[kind]
            for code in (hidden, named, codes.new_code()):
                said = await house.stage.says(who, partial(who.say, f"/status {code}"))
                wrong = await house.stage.says(who, partial(who.say, "AAAA-BBBB-CCCC"))
                assert (said, wrong) == (SECRET, WRONG)
            await house.stage.says(who, partial(who.say, "/cancel"))

    async def test_opens_the_case_brings_the_answers_and_is_never_repeated(self, house: House) -> None:
        first, code, secret = await self.anonymous(house)
        stage, human = house.stage, await house.stage.desk.newcomer()
        await stage.says(human, partial(human.say, f"/status {code}"))
        for nothing in (human.sticker, human.voice):  # these are no tries
            await stage.says(human, nothing, partial(human.say, f"/status {code}"))
        said = await stage.says(human, partial(human.say, secret.lower().replace("-", " ")))
        assert code in said
        assert stage.case_of(human).wrong_secrets == 0
        owner = stage.owner(human)
        seen = len(first.inbox)
        await stage.says(owner, stage.desks(owner, "take", human))
        assert "Your complaint is being investigated." in text_of(human.last)
        assert len(first.inbox) == seen
        assert (
            await stage.says(first, lambda: first.tap_data(f"own:show:{compact(stage.case_of(human))}:0:")) == NOT_FOUND
        )
        everything = "".join(text_of(each) for each in (*human.inbox, *owner.inbox)) + str(stage.log)
        for spelled in (secret, secret.lower().replace("-", " "), secret.replace("-", "")):
            assert spelled not in everything
            assert spelled not in str(stage.snapshot())

    async def test_is_locked_after_five_wrong_ones(self, house: House) -> None:
        _first, code, secret = await self.anonymous(house)
        human = await house.stage.desk.newcomer()
        await house.stage.says(human, partial(human.say, f"/status {code}"))
        wrong = [f"AAAA-BBBB-CCC{number}" for number in range(5)]
        said = await house.stage.replies(human, *[partial(human.say, each) for each in [*wrong, secret]])
        assert said == [WRONG] * 6
        assert house.stage.state(human)[0] == "Following:secret"
