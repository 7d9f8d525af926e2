"""That a complaint may end in court or in public: marked with a reason, or taken off again (S2)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, errors, rights, risks
from backoffice.answer_file import RISKS
from backoffice.stages import Stage
from backoffice.work import Work
from bot import answer_words
from bot.i18n import _, __
from bot.keyboards import DANGER, Desk, Prefix, button, desk, keyboard
from bot.panel import leave, show
from bot.staff.handling import cancel
from bot.staff.queue import current, show_case
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="risky")
router.callback_query.filter(Prefix(Desk))

MARK, CLEAR = "risk_mark", "risk_clear"
TO_MARK = {"legal": __("It may end in court"), "publicity": __("It may become public")}
TO_CLEAR = {"legal": __("No legal risk"), "publicity": __("No publicity risk")}


class Risk(StatesGroup):
    why = State()


@router.callback_query(Desk.filter(F.do == "risk"))
async def show_risks(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = markable(work, callback_data)
    await leave(state)
    text = paragraphs(
        bold(_("Legal and publicity risk")),
        lines(say("{code}", code=Code(complaint.code or "")), answer_words.on_case(work, complaint)),
        _("While one is marked, the severity is high at least, and somebody else reads the answer before it goes."),
    )
    marks = [
        button(str(words), desk(MARK, complaint, kind), DANGER)
        for kind, words in TO_MARK.items()
        if complaint.risks.get(kind) != risks.MARKED
    ]
    clears = [
        button(str(words), desk(CLEAR, complaint, kind)) for kind, words in TO_CLEAR.items() if kind in complaint.risks
    ]
    back = button(_("Back"), desk("more", complaint))
    await show(query, state, text, keyboard(*marks, *clears, back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do.in_({MARK, CLEAR})))
async def ask_why(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, kind = markable(work, callback_data), callback_data.value
    if kind not in RISKS:
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Risk.why)
    await state.update_data(code=complaint.code, risk=kind, do=callback_data.do)
    text = prompt(callback_data.do, kind)
    await show(query, state, text, cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(Risk.why))
async def typed_why(message: Message, state: FSMContext, work: Work) -> None:
    complaint, data = await current(state, work), await state.get_data()
    words = await words_of(message, state, complaint, prompt(data["do"], data["risk"]), cancel(complaint))
    if words:
        (risks.mark if data["do"] == MARK else risks.clear)(work, complaint, data["risk"], words)
        await leave(state)
        done = _("✅ The risk is marked.") if data["do"] == MARK else _("✅ The mark is removed.")
        await show_case(message, state, work, complaint, bold(done))


def markable(work: Work, data: Desk) -> Complaint:
    complaint = complaints.find(work, data.code)
    rights.require(work, "mark_risk", complaint)
    if Stage(complaint.stage) is Stage.CLOSED:
        raise errors.Stale(complaint=complaint.id)
    return complaint


def prompt(do: str, kind: str) -> Html:
    names = TO_MARK if do == MARK else TO_CLEAR
    return paragraphs(
        bold(str(names[kind])),
        _("Write the reason. It is kept as an internal note; the customer does not see it."),
    )
