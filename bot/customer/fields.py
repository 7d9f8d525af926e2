"""What would help, one tap away from the summary: when, reference, wish, who; each changeable and skippable."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import errors, intake
from backoffice.work import Work
from bot import dates, refusals
from bot.customer.intake import Filling, nav, show_summary, tell
from bot.i18n import _
from bot.keyboards import SUCCESS, Form, Prefix, Row, button, keyboard, pairs, ticked
from bot.material import ATTEMPT, Material, keep, material, unreadable
from bot.panel import Event, show
from bot.steps import Step
from bot.texts import Html, bold, language, paragraphs, say
from storage.complaints import Complaint

router = Router(name="fields")
router.callback_query.filter(Prefix(Form))


class Field(StatesGroup):
    when = State()
    reference = State()
    wish_words = State()
    name = State()
    contact = State()
    company = State()


# ------------------------------------------------------------------ choosing


@router.callback_query(Form.filter(F.do == "when"))
async def ask_when(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    await state.set_state(Field.when)
    text = paragraphs(bold(question("when")), when_hint(work))
    await show(query, state, text, when_buttons(work, draft))


@router.callback_query(Form.filter(F.do == "day"))
async def choose_day(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    day = dates.iso_day(callback_data.value)
    if day is None:
        raise errors.Invalid(what="unknown_choice")
    intake.set_happened_on(work, draft, day, dates.local_date(work.now))
    await show_summary(query, state, work, draft)


@router.callback_query(Form.filter(F.do == "wish"))
async def ask_wish(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    """The list and own words at once: a tap chooses, a message tells."""
    draft = intake.find_draft(work, callback_data.draft)
    await state.set_state(Field.wish_words)
    choices = [
        button(
            remedy.words[language()],
            Form(do="wished", draft=draft.id, value=remedy.code),
            SUCCESS if remedy.code == draft.wish else None,
        )
        for remedy in work.organisation.wishes
    ]
    text = paragraphs(
        bold(_("What would put it right?")),
        _("Choose from the list, or write it in your own words. Both is fine too."),
    )
    filled = draft.wish or draft.wish_words
    await show(query, state, text, keyboard(*pairs(choices), *way_back(draft, filled, "wish")))


@router.callback_query(Form.filter(F.do == "wished"))
async def choose_wish(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    intake.set_wish(work, draft, callback_data.value)
    await show_summary(query, state, work, draft)


@router.callback_query(Form.filter(F.do == "who"))
async def ask_who(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    await show_who(query, state, intake.find_draft(work, callback_data.draft))


@router.callback_query(Form.filter(F.do == "anonymous"))
async def choose_anonymous(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    intake.set_anonymous(work, draft, not draft.anonymous)
    await show_who(query, state, draft)


@router.callback_query(Form.filter(F.do.in_({"reference", "name", "contact", "company"})))
async def ask_field(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    await state.set_state(getattr(Field, callback_data.do))
    back = "summary" if callback_data.do == "reference" else "who"
    text = paragraphs(bold(question(callback_data.do)), hint(callback_data.do))
    buttons = way_back(draft, getattr(draft, callback_data.do), callback_data.do, back)
    await show(query, state, text, keyboard(*buttons))


@router.callback_query(Form.filter(F.do == "clear"))
async def clear(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    match callback_data.value:
        case "when":
            intake.set_happened_on(work, draft, None, dates.local_date(work.now))
        case "wish":
            intake.clear_wish(work, draft)
        case "reference":
            intake.set_reference(work, draft, None)
        case "name" | "contact" | "company" as field:
            SETTERS[field](work, draft, None)
            await show_who(query, state, draft)
            return
    await show_summary(query, state, work, draft)


# ------------------------------------------------------------------ typing


@router.message(Step(Field))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    """The answer to the question that stands; what is no answer is kept as evidence, and the question stays."""
    draft = intake.draft(work)
    if draft is None:  # it has expired: what is said now begins a new one
        await tell(message, state, work)
        return
    field = str(await state.get_state()).removeprefix("Field:")
    brought = material(message)
    words = value(field, brought)
    if words is None:
        await keep_as_evidence(message, state, work, draft, field, brought)
    elif field == "when":
        await type_day(message, state, work, draft, words)
    elif field in ("reference", "wish_words"):
        SETTERS[field](work, draft, words)
        await show_summary(message, state, work, draft)
    else:
        was_anonymous = draft.anonymous
        SETTERS[field](work, draft, words)
        await show_who(message, state, draft, named=was_anonymous and not draft.anonymous)


def value(field: str, brought: Material) -> str | None:
    """The words that can be the field's; a phone's contact card is one way to say how to be reached."""
    words = brought.text if field == "contact" and brought.file is None else brought.written
    return words if words and len(words) <= LIMITS[field] else None


async def type_day(message: Message, state: FSMContext, work: Work, draft: Complaint, text: str) -> None:
    """A day that cannot be is said to be so, and the question stays with its quick answers."""
    today = dates.local_date(work.now)
    day = dates.parse_day(text, today)
    try:
        if day is None:
            raise errors.Invalid(what="no_date", text=text[:60])
        intake.set_happened_on(work, draft, day, today)
    except errors.Invalid as refusal:
        again = paragraphs(refusals.words(refusal), when_hint(work))
        await show(message, state, again, when_buttons(work, draft))
    else:
        await show_summary(message, state, work, draft)


async def keep_as_evidence(
    message: Message, state: FSMContext, work: Work, draft: Complaint, field: str, brought: Material
) -> None:
    if brought.empty:
        kept = unreadable()
    else:
        keep(work, intake.tell_story, draft, brought)
        kept = Html(_("📎 We have added this to your complaint as evidence."))
    ask = question("wish" if field == "wish_words" else field)
    text = paragraphs(kept, bold(ask), how(work, field, brought))
    buttons = when_buttons(work, draft) if field == "when" else keyboard(*way_back(draft, None))
    await show(message, state, text, buttons, gather=f"field:{draft.id}")


async def show_who(event: Event, state: FSMContext, draft: Complaint, *, named: bool = False) -> None:
    """No question stands here: what is said belongs to the story. `named`: it has just ceased to be anonymous."""
    await state.set_state(Filling.story)
    text, buttons = who_panel(draft)
    note = _("⚠️ With this entry the complaint is no longer anonymous. You can choose that again.") if named else None
    await show(event, state, paragraphs(note, text), buttons)


# ------------------------------------------------------------------ words


def question(field: str) -> str:
    return {
        "when": _("When did it happen?"),
        "reference": _("Which order or contract is it about?"),
        "wish": _("What would put it right?"),
        "name": _("What is your name?"),
        "contact": _("How else can we reach you?"),
        "company": _("Which company do you complain for?"),
    }[field]


def hint(field: str) -> str:
    return {
        "reference": _("Write its number, as it stands on the invoice or in the message you received."),
        "name": _("Whoever handles your complaint sees it only where they need it, and that is recorded."),
        "contact": _("Write a phone number or an e-mail address. Our answers come to this chat in any case."),
        "company": _("Write the company's name. The complaint is then handled as the company's."),
    }[field]


def when_hint(work: Work) -> Html:
    example = dates.local_date(work.now) - timedelta(days=3)
    return say(_("Tap a day, or write a date, for example: {example}"), example=Html(dates.short(example)))


def how(work: Work, field: str, brought: Material) -> str:
    """How the question that stands can be answered."""
    if field == "when":
        return when_hint(work)
    if brought.written is None:
        return _("Please write it as text.")
    return say(
        _("This text is too long: at most {limit} letters fit here. Please shorten it, or send it in parts."),
        limit=LIMITS[field],
    )


def who_panel(draft: Complaint) -> tuple[Html, InlineKeyboardMarkup]:
    def row(do: str, text: str, filled: object) -> InlineKeyboardButton:
        return ticked(text, filled, Form(do=do, draft=draft.id))

    text = paragraphs(
        bold(_("Who are you?")),
        _("All of this is optional. Without it, your answers come to this chat."),
        _(
            "If you stay anonymous, nobody who works on the complaint sees your name or your account. You receive a"
            " secret with which you can follow it."
        ),
    )
    rows = keyboard(
        [row("name", _("My name"), draft.name), row("contact", _("Other contact"), draft.contact)],
        row("company", _("For a company"), draft.company),
        row("acting", _("For somebody else"), draft.acting_for),
        row("anonymous", _("Stay anonymous"), draft.anonymous),
        button(_("Done"), Form(do="summary", draft=draft.id), SUCCESS),
        *way_back(draft, None),
    )
    return text, rows


def when_buttons(work: Work, draft: Complaint) -> InlineKeyboardMarkup:
    today = dates.local_date(work.now)
    quick = [(_("Today"), today), (_("Yesterday"), today - timedelta(days=1))]
    buttons = [button(text, Form(do="day", draft=draft.id, value=day.isoformat())) for text, day in quick]
    return keyboard(buttons, *way_back(draft, draft.happened_on))


def way_back(draft: Complaint, filled: object, field: str = "when", back: str = "summary") -> list[Row]:
    rows = [[button(_("Remove the entry"), Form(do="clear", draft=draft.id, value=field))]] if filled else []
    return [*rows, nav(draft, back)]


LIMITS = {
    "when": ATTEMPT,
    "reference": intake.SHORT,
    "wish_words": intake.LONG,
    "name": intake.SHORT,
    "contact": intake.SHORT,
    "company": intake.SHORT,
}
SETTERS = {
    "reference": intake.set_reference,
    "wish_words": intake.set_wish_words,
    "name": intake.set_name,
    "contact": intake.set_contact,
    "company": intake.set_company,
}
