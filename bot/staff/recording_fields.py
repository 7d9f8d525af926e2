"""What completes a recorded complaint, from its last look: who complains, whom it is about, wish, dates, reference."""

from collections.abc import Callable
from datetime import timedelta

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import errors, intake, recording
from backoffice.work import Work
from bot import cards, dates, refusals
from bot.customer.fields import LIMITS
from bot.i18n import _
from bot.keyboards import SUCCESS, Log, Prefix, Row, button, keyboard, pager, pairs, ticked
from bot.material import ATTEMPT, Material, material
from bot.panel import Event, show
from bot.staff.more import NOBODY, number
from bot.staff.recording import Recording, awaited, go_on, nav, show_summary
from bot.steps import Step
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="recording_fields")
router.callback_query.filter(Prefix(Log))

TYPED = ("reference", "name", "contact", "company")
DAYS = ("happened", "authority_due")
OF_WHO = ("name", "contact", "company")
SETTERS: dict[str, Callable[[Work, Complaint, str | None], None]] = {
    "reference": intake.set_reference,
    "name": intake.set_name,
    "contact": intake.set_contact,
    "company": intake.set_company,
    "wish": intake.set_wish_words,
}


# ------------------------------------------------------------------ choosing


@router.callback_query(Log.filter(F.do.in_({*TYPED, *DAYS})))
async def ask_field(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    await ask(query, state, work, draft, callback_data.do)


@router.callback_query(Log.filter(F.do == "day"))
async def choose_day(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft, day = recording.find(work, callback_data.draft), dates.iso_day(callback_data.value)
    if day is None:
        raise errors.Invalid(what="unknown_choice")
    intake.set_happened_on(work, draft, day, dates.local_date(work.now))
    await show_summary(query, state, work, draft)


@router.callback_query(Log.filter(F.do == "wish"))
async def ask_wish(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    await state.set_state(Recording.wish)
    choices = [
        ticked(each.words[language()], each.code == draft.wish, Log(do="wished", draft=draft.id, value=each.code))
        for each in work.organisation.wishes
    ]
    text = paragraphs(
        bold(_("What would put it right for the customer?")), _("Choose from the list, or write it in their words.")
    )
    filled = draft.wish or draft.wish_words
    await show(query, state, text, keyboard(*pairs(choices), *way_back(draft, "wish", filled)), party="staff")


@router.callback_query(Log.filter(F.do == "wished"))
async def choose_wish(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    intake.set_wish(work, draft, callback_data.value)
    await show_summary(query, state, work, draft)


@router.callback_query(Log.filter(F.do == "language"))
async def choose_language(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    """In which the complainant is spoken and written to."""
    draft = recording.find(work, callback_data.draft)
    if callback_data.value:
        recording.set_language(work, draft, callback_data.value)
        await show_who(query, state, work, draft)
        return
    rows = [
        ticked(cards.language_name(code), code == draft.language, Log(do="language", draft=draft.id, value=code))
        for code in work.organisation.languages
    ]
    text = bold(_("In which language do we speak to the customer?"))
    await show(query, state, text, keyboard(*rows, nav(draft, "who")), party="staff")


@router.callback_query(Log.filter(F.do == "who"))
async def ask_who(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    await show_who(query, state, work, recording.find(work, callback_data.draft))


@router.callback_query(Log.filter(F.do == "anonymous"))
async def choose_anonymous(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    intake.set_anonymous(work, draft, not draft.anonymous)
    if draft.anonymous:
        recording.link(work, draft, None)
    await show_who(query, state, work, draft)


@router.callback_query(Log.filter(F.do == "earlier"))
async def ask_same(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    await show_earlier(query, state, work, recording.find(work, callback_data.draft))


@router.callback_query(Log.filter(F.do == "same"))
async def choose_same(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    """Whether one of the earlier cases is of the same person."""
    draft = recording.find(work, callback_data.draft)
    recording.link(work, draft, number(callback_data.value) or None)
    await show_who(query, state, work, draft)


@router.callback_query(Log.filter(F.do == "subject"))
async def ask_subject(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    page = number(callback_data.value or "0")
    found, more = recording.nameable(work, draft, page)
    rows = [
        ticked(each.name or "", each.id == draft.subject_id, Log(do="named", draft=draft.id, value=str(each.id)))
        for each in found
    ]
    ways = pager(page, more, lambda to: Log(do="subject", draft=draft.id, value=str(to)), _("Previous"), _("More"))
    none = ticked(_("Nobody"), draft.subject_id is None, Log(do="named", draft=draft.id, value=NOBODY))
    text = paragraphs(
        bold(_("Whom of the staff is the complaint about?")),
        _("They never see the case. A complaint about yourself must be recorded by a colleague."),
    )
    await show(query, state, text, keyboard(*pairs(rows), none, ways, nav(draft, "go_on")), party="staff")


@router.callback_query(Log.filter(F.do == "named"))
async def name_subject(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    nobody = callback_data.value == NOBODY
    recording.name_subject(work, draft, None if nobody else number(callback_data.value))
    await show_summary(query, state, work, draft)


@router.callback_query(Log.filter(F.do == "clear"))
async def clear(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft, field = recording.find(work, callback_data.draft), callback_data.value
    match field:
        case "happened":
            intake.set_happened_on(work, draft, None, dates.local_date(work.now))
        case "authority_due":
            recording.set_authority_due(work, draft, None)
        case "wish":
            intake.clear_wish(work, draft)
        case "reference" | "name" | "contact" | "company":
            SETTERS[field](work, draft, None)
    await after(query, state, work, draft, field)


# ------------------------------------------------------------------ typing


@router.message(Step(Recording.authority))
async def type_authority(message: Message, state: FSMContext, work: Work) -> None:
    """Its reference, and then by when it wants to know."""
    if (draft := await awaited(message, state, work)) is None:
        return
    words = material(message).written
    if words is None or len(words) > intake.SHORT:
        await show(message, state, how(work, "reference", words), keyboard(nav(draft, "channels")), party="staff")
        return
    recording.set_authority(work, draft, words)
    await ask(message, state, work, draft, "authority_due")


@router.message(Step(Recording.happened, Recording.authority_due))
async def type_day(message: Message, state: FSMContext, work: Work) -> None:
    """A day that cannot be is said to be so, and the question stays."""
    field = str(await state.get_state()).removeprefix("Recording:")
    if (draft := await awaited(message, state, work)) is None:
        return
    typed, today = material(message).written or "", dates.local_date(work.now)
    day = dates.parse_day(typed, today, ahead=field == "authority_due") if len(typed) <= ATTEMPT else None
    try:
        if day is None:
            raise errors.Invalid(what="no_date", text=typed[:ATTEMPT])
        if field == "happened":
            intake.set_happened_on(work, draft, day, today)
        else:
            recording.set_authority_due(work, draft, day)
    except errors.Invalid as refusal:
        text = paragraphs(refusals.words(refusal), hint(work, field))
        await show(message, state, text, buttons(work, draft, field), party="staff")
    else:
        await after(message, state, work, draft, field)


@router.message(Step(Recording.reference, Recording.name, Recording.contact, Recording.company, Recording.wish))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    field = str(await state.get_state()).removeprefix("Recording:")
    if (draft := await awaited(message, state, work)) is None:
        return
    words = value(field, material(message))
    if words is None:
        text = paragraphs(how(work, field, material(message).written), bold(question(field)))
        await show(message, state, text, buttons(work, draft, field), party="staff")
        return
    SETTERS[field](work, draft, words)
    await after(message, state, work, draft, field)


# ------------------------------------------------------------------ inside


async def ask(event: Event, state: FSMContext, work: Work, draft: Complaint, field: str) -> None:
    await state.set_state(getattr(Recording, field))
    text = paragraphs(bold(question(field)), hint(work, field))
    await show(event, state, text, buttons(work, draft, field), party="staff")


async def after(event: Event, state: FSMContext, work: Work, draft: Complaint, field: str) -> None:
    """Back to where the question stood."""
    if field in OF_WHO:
        await show_who(event, state, work, draft)
    else:
        await go_on(event, state, work, draft)


async def show_who(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    """Who complains, and whether they did before."""
    await state.set_state(Recording.story)

    def row(do: str, text: str, filled: object) -> InlineKeyboardButton:
        return ticked(text, filled, Log(do=do, draft=draft.id))

    found = recording.earlier(work, draft)
    text = paragraphs(
        bold(_("Who complains?")),
        _("A name and a way to reach them; or they stay anonymous, and get a secret with which they can follow it."),
        _("The same contact stands in earlier complaints. Is it the same person?") if found else None,
    )
    rows = keyboard(
        [row("name", _("Name"), draft.name), row("contact", _("Phone or e-mail"), draft.contact)],
        [row("company", _("Company"), draft.company), row("anonymous", _("Stays anonymous"), draft.anonymous)],
        row("language", _("Language"), True),
        row("earlier", _("Earlier complaints"), draft.linked_id) if found else None,
        button(_("Done"), Log(do="go_on", draft=draft.id), SUCCESS),
    )
    await show(event, state, text, rows, party="staff")


async def show_earlier(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    """Cases with the same number or address, by code and date alone."""
    found = recording.earlier(work, draft)
    rows = [
        ticked(str(each.code), each.id == draft.linked_id, Log(do="same", draft=draft.id, value=str(each.id)))
        for each in found
    ]
    none = ticked(_("Somebody else"), draft.linked_id is None, Log(do="same", draft=draft.id, value="0"))
    text = paragraphs(
        bold(_("The same contact stands in earlier complaints. Is it the same person?")),
        *(
            lines(say("{code} · {date}", code=Code(each.code or ""), date=each.received_at or work.now))
            for each in found
        ),
    )
    await show(event, state, text, keyboard(*pairs(rows), none, nav(draft, "who")), party="staff")


def value(field: str, brought: Material) -> str | None:
    """The words that can be the field's; a phone's contact card is one way to say how to be reached."""
    words = brought.text if field == "contact" and brought.file is None else brought.written
    limit = intake.LONG if field == "wish" else LIMITS[field]
    return words if words and len(words) <= limit else None


def question(field: str) -> str:
    return {
        "reference": _("Which order or contract is it about?"),
        "name": _("What is the customer's name?"),
        "contact": _("How can the customer be reached?"),
        "company": _("Which company does the customer complain for?"),
        "wish": _("What would put it right for the customer?"),
        "happened": _("When did it happen?"),
        "authority_due": _("By which day does the authority want our answer?"),
    }[field]


def hint(work: Work, field: str) -> Html:
    today = dates.local_date(work.now)
    match field:
        case "happened":
            example = Html(dates.short(today - timedelta(days=3)))
            return say(_("Tap a day, or write a date, for example: {example}"), example=example)
        case "authority_due":
            example = Html(dates.short(today + timedelta(days=10)))
            return say(_("Write the date, for example: {example}"), example=example)
        case "contact":
            return Html(_("Write a phone number or an e-mail address: we tell them by it what they must know."))
        case "reference":
            return Html(_("Write its number, as the customer gave it."))
        case "company":
            return Html(_("Write the company's name. The complaint is then handled as the company's."))
        case _:
            return Html(_("The people who handle the complaint will see it."))


def how(work: Work, field: str, written: str | None) -> Html:
    """How the question that stands can be answered."""
    if written is None:
        return Html(_("Please write it as text."))
    return say(
        _("This text is too long: at most {limit} letters fit here. Please shorten it, or send it in parts."),
        limit=intake.LONG if field == "wish" else LIMITS[field],
    )


def buttons(work: Work, draft: Complaint, field: str) -> InlineKeyboardMarkup:
    filled = {"happened": draft.happened_on, "wish": draft.wish or draft.wish_words}
    if field == "happened":
        today = dates.local_date(work.now)
        quick = [(_("Today"), today), (_("Yesterday"), today - timedelta(days=1))]
        days = [button(text, Log(do="day", draft=draft.id, value=day.isoformat())) for text, day in quick]
        return keyboard(days, *way_back(draft, field, draft.happened_on))
    if field == "authority_due" and draft.authority_due is None:
        return keyboard(
            button(_("It named no date"), Log(do="clear", draft=draft.id, value=field)), nav(draft, "channels")
        )
    return keyboard(*way_back(draft, field, filled.get(field) or getattr(draft, field, None)))


def way_back(draft: Complaint, field: str, filled: object) -> list[Row]:
    rows = [[button(_("Remove the entry"), Log(do="clear", draft=draft.id, value=field))]] if filled else []
    return [*rows, nav(draft, "who" if field in OF_WHO else "go_on")]
