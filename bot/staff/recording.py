"""A complaint that came another way, step by step: how it came and when, what it is about, what was said, last look."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import errors, intake, people, recording
from backoffice.work import Work
from bot import cards, dates, items, recorded_cards, refusals, subjects
from bot.customer.intake import step
from bot.customer.intake import who as customer
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Go, Log, Prefix, Row, button, keyboard, pager, pairs, ticked, to_menu
from bot.material import ATTEMPT, keep, material, unreadable
from bot.panel import Event, leave, show
from bot.staff import by_hand, menu
from bot.steps import Step
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.complaints import Complaint, attachments_of, entries_of

router = Router(name="recording")
router.callback_query.filter(Prefix(Log, Go))
STEPS = 4


class Recording(StatesGroup):
    """Named as the questions that are answered by typing; the words of the complainant are always welcome."""

    story = State()
    arrival = State()
    authority = State()
    authority_due = State()
    happened = State()
    reference = State()
    wish = State()
    name = State()
    contact = State()
    company = State()


@router.callback_query(Go.filter(F.to == "record"))
async def start(event: Event, state: FSMContext, work: Work) -> None:
    """Begin, or go on where it was left."""
    draft = recording.draft(work)
    await leave(state)
    if draft is None:
        await ask_channel(event, state, work)
        return
    await offer(event, state, work, draft)


@router.callback_query(Log.filter(F.do == "cancel"))
async def ask_cancel(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    """What was written down is not thrown away by one tap."""
    await leave(state)
    await offer(query, state, work, recording.find(work, callback_data.draft))


@router.callback_query(Log.filter(F.do == "channel"))
async def choose_channel(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    """With a draft, it is put right from the last look; when it came is asked after it."""
    number, value = callback_data.draft, callback_data.value
    if (page := items.page(value)) is not None:
        await ask_channel(query, state, work, recording.find(work, number) if number else None, page)
        return
    if number:
        draft = recording.find(work, number)
        recording.set_channel(work, draft, value)
    else:
        draft = recording.begin(work, value, language())
    await ask_arrival(query, state, work, draft)


@router.callback_query(Log.filter(F.do == "go_on"))
async def continue_(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    await go_on(query, state, work, recording.find(work, callback_data.draft))


@router.callback_query(Log.filter(F.do == "channels"))
async def back_to_channels(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    await ask_channel(query, state, work, recording.find(work, callback_data.draft))


@router.callback_query(Log.filter(F.do == "arrival"))
async def change_arrival(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    await ask_arrival(query, state, work, recording.find(work, callback_data.draft))


@router.callback_query(Log.filter(F.do == "arrived"))
async def choose_arrival(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft, day = recording.find(work, callback_data.draft), dates.iso_day(callback_data.value)
    if day is None:
        raise errors.Invalid(what="unknown_choice")
    recording.set_arrival(work, draft, day)
    await go_on(query, state, work, draft)


@router.message(Step(Recording.arrival))
async def type_arrival(message: Message, state: FSMContext, work: Work) -> None:
    """A moment that cannot be is said to be so, and the question stays with its quick answers."""
    if (draft := await awaited(message, state, work)) is None:
        return
    typed = material(message).written or ""
    try:
        found = dates.parse_moment(typed, dates.local_date(work.now)) if len(typed) <= ATTEMPT else None
        if found is None:
            raise errors.Invalid(what="no_date", text=typed[:60])
        recording.set_arrival(work, draft, *found)
    except errors.Invalid as refusal:
        text = paragraphs(refusals.words(refusal), arrival_hint(work))
        await show(message, state, text, arrival_buttons(work, draft), party="staff")
    else:
        await go_on(message, state, work, draft)


@router.callback_query(Log.filter(F.do == "group"))
async def choose_group(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    group = work.organisation.category_group(callback_data.value)
    if group is None:
        raise errors.Invalid(what="unknown_choice")
    choices = [
        button(each.words[language()], Log(do="category", draft=draft.id, value=each.code)) for each in group.categories
    ]
    text = bold(step(2, say(_("{group}: what exactly?"), group=Html(group.words[language()])), STEPS))
    await show(query, state, text, keyboard(*pairs(choices), nav(draft, "groups")), party="staff")


@router.callback_query(Log.filter(F.do == "groups"))
async def back_to_groups(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    await ask_group(query, state, work, recording.find(work, callback_data.draft))


@router.callback_query(Log.filter(F.do == "category"))
async def choose_category(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    intake.choose_category(work, draft, callback_data.value)
    kinds = [kind for kind in items.asked(work) if getattr(draft, kind) is None]
    if kinds:
        await ask_item(query, state, work, draft, kinds[0])
    else:
        await go_on(query, state, work, draft)


@router.callback_query(Log.filter(F.do.in_(items.NAMES)))
async def choose_item(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft, kind, value = recording.find(work, callback_data.draft), callback_data.do, callback_data.value
    if (page := items.page(value)) is not None:
        await ask_item(query, state, work, draft, kind, page)
        return
    intake.choose_item(work, draft, kind, items.chosen(value))
    kinds = items.asked(work)
    unsaid = [each for each in kinds[kinds.index(kind) + 1 :] if getattr(draft, each) is None] if kind in kinds else []
    await (ask_item(query, state, work, draft, unsaid[0]) if unsaid else go_on(query, state, work, draft))


@router.message(Step(Recording.story))
async def tell(message: Message, state: FSMContext, work: Work) -> None:
    """Anything that was said or handed in, in any form; the summary appears and grows by itself."""
    if (draft := await awaited(message, state, work)) is None:
        return
    brought = material(message)
    if brought.empty:
        await show(message, state, unreadable(), keyboard(nav(draft, "go_on")), party="staff")
        return
    keep(work, recording.tell_story, draft, brought)
    await go_on(message, state, work, draft)


@router.callback_query(Log.filter(F.do == "submit"))
async def submit(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    draft = recording.find(work, callback_data.draft)
    me = await query.bot.get_me()  # type: ignore[union-attr]
    submitted = recording.submit(work, draft, by_hand.start_of(me.username))
    await leave(state)
    await by_hand.show_next(
        query, state, work, submitted.complaint, first=_("✅ The complaint is recorded."), anew=True
    )


@router.callback_query(Log.filter(F.do == "discard"))
async def discard(query: CallbackQuery, callback_data: Log, state: FSMContext, work: Work) -> None:
    intake.discard(work, recording.find(work, callback_data.draft))
    await leave(state)
    await menu.home(query, state, work, first=bold(_("The draft is erased.")))


# ------------------------------------------------------------------ asking


async def offer(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    buttons = keyboard(
        button(_("Continue"), Log(do="go_on", draft=draft.id), SUCCESS),
        button(_("Keep it for later"), Go(to="home")),
        button(_("Erase it"), Log(do="discard", draft=draft.id), DANGER),
    )
    text = paragraphs(
        bold(_("You have begun to record a complaint.")),
        lines(channel_line(work, draft), say(_("You began it on {date}."), date=draft.opened_at)),
        cards.story(work, draft, limit=300),
        _("Nothing has been submitted yet."),
    )
    await show(event, state, text, buttons, party="staff")


async def go_on(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    """To what is still missing, in order; then to the last look."""
    if draft.arrived_at is None:
        await ask_arrival(event, state, work, draft)
    elif draft.channel == recording.AUTHORITY and draft.authority is None:
        await ask_authority(event, state, draft)
    elif draft.category is None:
        await ask_group(event, state, work, draft)
    elif not intake.told(work, draft):
        await ask_story(event, state, work, draft)
    else:
        await show_summary(event, state, work, draft)


async def ask_channel(
    event: Event, state: FSMContext, work: Work, draft: Complaint | None = None, page: int = 0
) -> None:
    number, found = draft.id if draft else 0, recording.channels(work)
    rows = [
        ticked(
            recorded_cards.channel(work, code),
            draft and draft.channel == code,
            Log(do="channel", draft=number, value=code),
        )
        for code in found[page * items.SIZE : (page + 1) * items.SIZE]
    ]
    if not rows:
        raise errors.Invalid(what="unknown_choice")
    more = len(found) > (page + 1) * items.SIZE
    turn = pager(page, more, lambda to: Log(do="channel", draft=number, value=str(to)), _("Previous"), _("More"))
    text = bold(step(1, _("How did the complaint reach us?"), STEPS))
    last = nav(draft, "go_on") if draft else [to_menu()]
    await show(event, state, text, keyboard(*pairs(rows), turn, last), party="staff")


async def ask_arrival(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    await state.set_state(Recording.arrival)
    text = paragraphs(
        bold(step(1, _("When did it actually arrive?"), STEPS)),
        _("The time limits run from then."),
        arrival_hint(work),
    )
    await show(event, state, text, arrival_buttons(work, draft), party="staff")


async def ask_authority(event: Event, state: FSMContext, draft: Complaint) -> None:
    await state.set_state(Recording.authority)
    text = paragraphs(
        bold(step(1, _("Under which reference does the authority know it?"), STEPS)),
        _("Write it as it stands in its letter."),
    )
    await show(event, state, text, keyboard(nav(draft, "channels")), party="staff")


async def ask_group(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    await state.set_state(Recording.story)
    groups = [
        button(group.words[language()], Log(do="group", draft=draft.id, value=group.code))
        for group in work.organisation.category_groups
    ]
    text = bold(step(2, _("What is the complaint about?"), STEPS))
    back = "go_on" if draft.category else "arrival"
    await show(event, state, text, keyboard(*pairs(groups), nav(draft, back)), party="staff")


async def ask_item(event: Event, state: FSMContext, work: Work, draft: Complaint, kind: str, page: int = 0) -> None:
    def to(value: str) -> Log:
        return Log(do=kind, draft=draft.id, value=value)

    rows = items.choices(work, kind, page, getattr(draft, kind), to)
    text = bold(step(2, str(items.QUESTIONS[kind]), STEPS))
    await show(event, state, text, keyboard(*rows, nav(draft, "groups")), party="staff")


async def ask_story(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    await state.set_state(Recording.story)
    text = paragraphs(
        bold(step(3, _("What does the customer say?"), STEPS)),
        say(_("About: {category}"), category=Html(subjects.category(work, draft))),
        _("Write their words as they said them, or send a photo of the letter, a recording or a document."),
    )
    await show(event, state, text, keyboard(nav(draft, "groups")), party="staff")


async def show_summary(event: Event, state: FSMContext, work: Work, draft: Complaint, first: str | None = None) -> None:
    """All that was written down, in their words, and what would still help."""
    await state.set_state(Recording.story)
    burst = f"log:{draft.id}" if isinstance(event, Message) else None
    text = paragraphs(first, summary(work, draft))
    await show(event, state, text, summary_buttons(work, draft), gather=burst, party="staff")


def summary(work: Work, draft: Complaint) -> Html:
    subject = people.name_of(work, draft.subject_id)
    authority = say(_("Authority's reference: {reference}"), reference=draft.authority) if draft.authority else None
    linked = work.db.get(Complaint, draft.linked_id) if draft.linked_id else None
    named = draft.anonymous or draft.name or draft.contact or draft.company
    return paragraphs(
        bold(step(4, _("Check and submit"), STEPS)),
        lines(
            channel_line(work, draft),
            recorded_cards.arrival(draft),
            authority,
            recorded_cards.authority_line(work, draft),
            cards.facts(work, draft),
            customer(draft) if named else Html(_("⚠️ Who complains is still missing.")),
            say(_("Complained before: {code}"), code=Code(linked.code or "")) if linked else None,
            say(_("Writes in: {language}"), language=Html(cards.language_name(draft.language))),
            say(_("Person concerned: {name}"), name=subject) if subject else None,
        ),
        cards.story_of(entries_of(work.db, draft.id), attachments_of(work.db, draft.id)),
        _("Whatever you send here is added. Please read it back to the customer before you submit it."),
    )


def summary_buttons(work: Work, draft: Complaint) -> InlineKeyboardMarkup:
    def field(do: str, text: str, filled: object) -> InlineKeyboardButton:
        return ticked(text, filled, Log(do=do, draft=draft.id))

    named = draft.anonymous or draft.name or draft.contact or draft.company
    authority = draft.channel == recording.AUTHORITY
    return keyboard(
        button(_("Record the complaint"), Log(do="submit", draft=draft.id), SUCCESS) if named else None,
        field("who", _("Who complains"), named),
        [field("happened", _("When"), draft.happened_on), field("reference", _("Order number"), draft.reference)],
        [
            field("wish", _("What they want"), draft.wish or draft.wish_words),
            field("subject", _("Person concerned"), draft.subject_id),
        ],
        [field("authority_due", _("The authority's date"), draft.authority_due)] if authority else None,
        field("channels", _("How it came"), True),
        nav(draft, "groups"),
    )


def channel_line(work: Work, draft: Complaint) -> Html:
    return say(_("Received by: {channel}"), channel=recorded_cards.channel(work, draft.channel))


def arrival_hint(work: Work) -> Html:
    example = dates.short(dates.local_date(work.now) - timedelta(days=1))
    return say(
        _("Tap a day, or write a date, with the time if you know it, for example: {example} {time}"),
        example=Html(example),
        time=Html(dates.digits("14:30")),
    )


def arrival_buttons(work: Work, draft: Complaint) -> InlineKeyboardMarkup:
    today = dates.local_date(work.now)
    quick = [(_("Just now"), today), (_("Yesterday"), today - timedelta(days=1))]
    row = [button(text, Log(do="arrived", draft=draft.id, value=day.isoformat())) for text, day in quick]
    kept = [button(_("Leave it as it is"), Log(do="go_on", draft=draft.id))] if draft.arrived_at else []
    return keyboard(row, kept, nav(draft, "channels"))


def nav(draft: Complaint, back: str) -> Row:
    return [button(_("Back"), Log(do=back, draft=draft.id)), button(_("Cancel"), Log(do="cancel", draft=draft.id))]


async def awaited(event: Event, state: FSMContext, work: Work) -> Complaint | None:
    """The recording that the question is about; where it has gone meanwhile it is asked for anew."""
    draft = recording.draft(work)
    if draft is None:
        await leave(state)
        await ask_channel(event, state, work)
    return draft
