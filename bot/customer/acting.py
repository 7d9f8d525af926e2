"""Somebody complains for another: for whom, and in which capacity. What proves it is asked for when it is needed."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import errors, intake
from backoffice.work import Work
from bot.customer.fields import show_who
from bot.customer.intake import nav
from bot.i18n import _
from bot.keyboards import DANGER, Form, Prefix, button, keyboard
from bot.material import words_within
from bot.panel import Event, show
from bot.special_cards import CAPACITIES
from bot.steps import Step
from bot.texts import bold, paragraphs
from storage.complaints import Complaint

router = Router(name="acting")
router.callback_query.filter(Prefix(Form))

MYSELF = "-"


class Acting(StatesGroup):
    name = State()


@router.callback_query(Form.filter(F.do == "acting"))
async def as_what(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    rows = [button(str(words), Form(do="acting_as", draft=draft.id, value=code)) for code, words in CAPACITIES.items()]
    none = button(_("Remove the entry"), Form(do="acting_as", draft=draft.id, value=MYSELF), DANGER)
    text = paragraphs(
        bold(_("In what capacity do you act for them?")),
        _("You can send a paper that shows it, now or later. We ask for it only where something depends on it."),
    )
    await show(query, state, text, keyboard(*rows, none if draft.acting_for else None, nav(draft, "who")))


@router.callback_query(Form.filter(F.do == "acting_as"))
async def for_whom(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    if callback_data.value == MYSELF:
        intake.act_for(work, draft, None)
        await show_who(query, state, draft)
        return
    if callback_data.value not in CAPACITIES:
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Acting.name)
    await state.update_data(capacity=callback_data.value)
    await ask_name(query, state, draft)


@router.message(Step(Acting.name))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    draft, capacity = intake.draft(work), (await state.get_data()).get("capacity")
    if draft is None:
        raise errors.NotFound(what="draft")
    words = words_within(message, intake.SHORT)
    if words is None:
        await ask_name(message, state, draft)
        return
    was_anonymous = draft.anonymous
    intake.act_for(work, draft, words, capacity)
    await show_who(message, state, draft, named=was_anonymous)


async def ask_name(event: Event, state: FSMContext, draft: Complaint) -> None:
    text = paragraphs(
        bold(_("On whose behalf do you complain?")),
        _("Please write their name as text. Answers come to you; what is paid or given goes to them."),
    )
    await show(event, state, text, keyboard(nav(draft, "who")))
