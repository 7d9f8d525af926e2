"""The complaint form: consent, what it is about, what happened, the summary that grows until it is submitted."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, intake, people, process
from backoffice.work import Work
from bot import account_cards, cards, items, special_cards, subjects
from bot.customer.start import home, legal
from bot.i18n import _, n_
from bot.keyboards import DANGER, SUCCESS, Agree, Form, Go, Prefix, Row, button, copy, keyboard, pairs, ticked
from bot.material import keep, material, unreadable
from bot.panel import Event, leave, show
from bot.steps import Step, command
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.complaints import Complaint, attachments_of, entries_of

router = Router(name="intake")
router.callback_query.filter(Prefix(Agree, Form, Go))

CHANGE = "set_"  # before a kind: chosen again from the summary
SHORT_STORY = 15  # letters; under it the summary asks for a little more, and submits all the same


class Filling(StatesGroup):
    story = State()


@router.message(command("new"))
@router.callback_query(Go.filter(F.to == "new"))
async def new(event: Event, state: FSMContext, work: Work) -> None:
    """Begin, or go on where it was left; the privacy notice comes before the first question."""
    if not people.has_agreed(work, "privacy"):
        await ask_consent(event, state, work)
        return
    draft = intake.begin(work, language())
    if intake.told(work, draft):
        await offer_draft(event, state, work, draft)
    else:
        await ask_group(event, state, work, draft)


@router.callback_query(Agree.filter(F.kind == "privacy"))
async def agree(query: CallbackQuery, callback_data: Agree, state: FSMContext, work: Work) -> None:
    shown = legal(work, "privacy")
    people.agree(work, "privacy", callback_data.version, language(), shown)
    await new(query, state, work)


@router.callback_query(Form.filter(F.do == "group"))
async def choose_group(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = _draft(work, callback_data)
    group = work.organisation.category_group(callback_data.value)
    if group is None:
        raise errors.Invalid(what="unknown_choice")
    choices = [
        button(each.words[language()], Form(do="category", draft=draft.id, value=each.code))
        for each in group.categories
    ]
    text = paragraphs(bold(step(1, say(_("{group}: what exactly?"), group=Html(group.words[language()])))))
    await show(query, state, text, keyboard(*pairs(choices), nav(draft, "groups")))


@router.callback_query(Form.filter(F.do == "groups"))
async def back_to_groups(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    await ask_group(query, state, work, _draft(work, callback_data))


@router.callback_query(Form.filter(F.do == "category"))
async def choose_category(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = _draft(work, callback_data)
    intake.choose_category(work, draft, callback_data.value)
    await state.set_state(Filling.story)
    if process.is_about_process(work, draft) and process.cases(work, draft):
        await ask_about(query, state, work, draft)
        return
    draft.about_id = None
    await go_on(query, state, work, draft, items.asked(work))


@router.callback_query(Form.filter(F.do == "about"))
async def choose_about(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    """Of which of their complaints the handling is complained of (guard 8)."""
    draft, value = _draft(work, callback_data), callback_data.value
    intake.choose_about(work, draft, None if value == items.NONE else complaints.find_own(work, value))
    await go_on(query, state, work, draft, items.asked(work))


@router.callback_query(Form.filter(F.do.in_(items.NAMES)))
async def choose_item(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    """The product or the branch, in the course of the form; whoever writes instead has told what happened."""
    draft, kind, value = _draft(work, callback_data), callback_data.do, callback_data.value
    if (page := items.page(value)) is not None:
        await ask_item(query, state, work, draft, kind, page)
        return
    intake.choose_item(work, draft, kind, items.chosen(value))
    kinds = items.asked(work)
    await go_on(query, state, work, draft, kinds[kinds.index(kind) + 1 :] if kind in kinds else [])


@router.callback_query(Form.filter(F.do.in_({f"{CHANGE}{kind}" for kind in items.NAMES})))
async def change_item(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    """The same from the summary, and back to it."""
    draft, kind, value = _draft(work, callback_data), callback_data.do.removeprefix(CHANGE), callback_data.value
    if (page := items.page(value)) is not None:
        await ask_item(query, state, work, draft, kind, page, step_of=CHANGE)
        return
    intake.choose_item(work, draft, kind, items.chosen(value))
    await show_summary(query, state, work, draft)


@router.callback_query(Form.filter(F.do == "evidence"))
async def more_evidence(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = _draft(work, callback_data)
    await state.set_state(Filling.story)
    text = paragraphs(
        bold(_("Add to your complaint")),
        _("Send text, photos, voice messages, videos or documents, one after another. The summary follows by itself."),
    )
    await show(query, state, text, keyboard(nav(draft, "summary")))


@router.callback_query(Form.filter(F.do == "summary"))
async def to_summary(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = _draft(work, callback_data)
    await state.set_state(Filling.story)
    await show_summary(query, state, work, draft)


@router.message(Step(Filling.story))
async def tell(message: Message, state: FSMContext, work: Work) -> None:
    """Anything that happened, in any form; the summary appears and grows by itself."""
    draft = intake.begin(work, language())
    brought = material(message)
    if brought.empty:
        await cannot_use(message, state, work, draft)
        return
    keep(work, intake.tell_story, draft, brought)
    if draft.category is None:
        await ask_group(message, state, work, draft)
    else:
        await show_summary(message, state, work, draft)


@router.callback_query(Form.filter(F.do == "submit"))
async def submit(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    await send(query, state, work, _draft(work, callback_data))


async def send(query: CallbackQuery, state: FSMContext, work: Work, draft: Complaint, of: int | None = None) -> None:
    submitted = intake.submit(work, draft, of)
    await leave(state)
    await show(query, state, *acknowledgement(work, submitted), complaint=submitted.complaint, anew=True, proof=True)


@router.callback_query(Form.filter(F.do == "cancel"))
async def ask_cancel(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    """An empty draft goes at once; words are not thrown away by one tap."""
    draft = _draft(work, callback_data)
    if not intake.told(work, draft):
        await discard(query, callback_data, state, work)
        return
    buttons = keyboard(
        button(_("Keep it for later"), Go(to="home"), SUCCESS),
        button(_("Erase it"), Form(do="discard", draft=draft.id), DANGER),
        button(_("Back"), Form(do="summary", draft=draft.id)),
    )
    days = work.organisation.limit("draft_expiry", None).amount
    text = paragraphs(
        bold(_("Stop here?")),
        say(
            n_(
                "Nothing has been submitted. We keep what you wrote for {days} day, so that you can go on later.",
                "Nothing has been submitted. We keep what you wrote for {days} days, so that you can go on later.",
                days,
            ),
            days=days,
        ),
    )
    await show(query, state, text, buttons)


@router.callback_query(Form.filter(F.do == "discard"))
async def discard(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    intake.discard(work, _draft(work, callback_data))
    await leave(state)
    await home(query, state, work)


@router.callback_query(Form.filter(F.do == "again"))
async def start_again(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    intake.discard(work, _draft(work, callback_data))
    await ask_group(query, state, work, intake.begin(work, language()))


@router.message(command("cancel"))
async def cancel(message: Message, state: FSMContext, work: Work) -> None:
    """Leave whatever was going on; what was written in a draft stays for later."""
    await leave(state)
    await home(message, state, work)


async def ask_consent(event: Event, state: FSMContext, work: Work) -> None:
    version = work.organisation.legal("privacy", language()).version
    buttons = keyboard(
        button(_("I agree, continue"), Agree(kind="privacy", version=version), SUCCESS),
        button(_("Back"), Go(to="home")),
    )
    await show(event, state, legal(work, "privacy"), buttons)


async def ask_group(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    await state.set_state(Filling.story)
    groups = [
        button(group.words[language()], Form(do="group", draft=draft.id, value=group.code))
        for group in work.organisation.category_groups
    ]
    back = Form(do="summary", draft=draft.id) if draft.category and intake.told(work, draft) else Go(to="home")
    text = paragraphs(bold(step(1, _("What is your complaint about?"))))
    await show(event, state, text, keyboard(*pairs(groups), nav(draft, back)), gather=_burst(event, draft))


async def go_on(event: Event, state: FSMContext, work: Work, draft: Complaint, left: list[str]) -> None:
    """After the category: to the next of these kinds that nobody has said yet, and then to what happened."""
    unsaid = [kind for kind in left if getattr(draft, kind) is None]
    if unsaid:
        await ask_item(event, state, work, draft, unsaid[0])
    elif intake.told(work, draft):
        await show_summary(event, state, work, draft)
    else:
        await ask_story(event, state, work, draft)


async def ask_about(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    rows = [
        button(subjects.on_button(work, each), Form(do="about", draft=draft.id, value=str(each.code)))
        for each in process.cases(work, draft)
    ]
    text = paragraphs(
        bold(step(1, _("Which complaint is it about?"))),
        _("Nobody who handled or decided it will see this one."),
    )
    none = button(_("None of these"), Form(do="about", draft=draft.id, value=items.NONE))
    await show(event, state, text, keyboard(*rows, none, nav(draft, "groups")))


async def ask_item(
    event: Event, state: FSMContext, work: Work, draft: Complaint, kind: str, page: int = 0, *, step_of: str = ""
) -> None:
    def to(value: str) -> Form:
        return Form(do=f"{step_of}{kind}", draft=draft.id, value=value)

    asked = str(items.QUESTIONS[kind])
    rows = items.choices(work, kind, page, getattr(draft, kind), to)
    text = bold(asked if step_of else step(1, asked))
    await show(event, state, text, keyboard(*rows, nav(draft, "summary" if step_of else "groups")))


async def ask_story(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    text = paragraphs(
        bold(step(2, _("What happened?"))),
        lines(say(_("About: {category}"), category=Html(subjects.category(work, draft))), *items.lines_of(work, draft)),
        _("Write it in your own words, or send a voice message, photos, a video or a document."),
    )
    await show(event, state, text, keyboard(nav(draft, "groups")))


async def show_summary(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    """All that was understood, in their words, and what would still help."""
    await state.set_state(Filling.story)
    await show(event, state, summary(work, draft), summary_buttons(work, draft), gather=_burst(event, draft))


async def cannot_use(message: Message, state: FSMContext, work: Work, draft: Complaint) -> None:
    """A sticker, a dice, a poll: the step stays."""
    text = unreadable()
    if intake.told(work, draft):
        await show(message, state, paragraphs(text, summary(work, draft)), summary_buttons(work, draft))
    else:
        await show(message, state, text, keyboard(nav(draft, "groups")))


async def offer_draft(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    if draft.category is None:
        await ask_group(event, state, work, draft)
        return
    buttons = keyboard(
        button(_("Continue"), Form(do="summary", draft=draft.id), SUCCESS),
        button(_("Start again"), Form(do="again", draft=draft.id), DANGER),
        button(_("Back"), Go(to="home")),
    )
    text = paragraphs(
        bold(_("You have a complaint that is not submitted yet.")),
        say(_("You began it on {date}."), date=draft.opened_at),
        cards.story(work, draft, limit=300),
    )
    await show(event, state, text, buttons)


def summary(work: Work, draft: Complaint) -> Html:
    entries, files = entries_of(work.db, draft.id), attachments_of(work.db, draft.id)
    short = not files and sum(len(entry.text or "") for entry in entries) < SHORT_STORY
    return paragraphs(
        bold(step(3, _("Check and submit"))),
        lines(cards.facts(work, draft), account_cards.of_submission(work, draft), who(draft)),
        cards.story_of(entries, files),
        _("This is short. If you can, add a few words: what happened, and what was the consequence?")
        if short
        else None,
        _("Is everything right? You can submit now, or add what would help. Whatever you send here is added."),
    )


def who(draft: Complaint) -> Html:
    if draft.anonymous:
        return Html(_("From: anonymous"))
    known = (
        say(_("From: {name}"), name=draft.name) if draft.name else None,
        say(_("Company: {name}"), name=draft.company) if draft.company else None,
        special_cards.represented(draft, draft.acting_for),
        say(_("Contact: {contact}"), contact=draft.contact) if draft.contact else None,
    )
    return lines(*known) or Html(_("Answers come to this chat."))


def summary_buttons(work: Work, draft: Complaint) -> InlineKeyboardMarkup:
    def field(do: str, text: str, filled: object) -> InlineKeyboardButton:
        return ticked(text, filled, Form(do=do, draft=draft.id))

    return keyboard(
        button(_("Submit the complaint"), Form(do="submit", draft=draft.id), SUCCESS),
        [field(f"{CHANGE}{kind}", str(items.NAMES[kind]), getattr(draft, kind)) for kind in items.asked(work)],
        [
            field("when", _("When"), draft.happened_on),
            field("reference", _("Order number"), draft.reference),
        ],
        [
            field("wish", _("What I want"), draft.wish or draft.wish_words),
            field(
                "who",
                _("Who I am"),
                any((draft.name, draft.company, draft.contact, draft.acting_for, draft.anonymous)),
            ),
        ],
        button(_("Add text, photos, files"), Form(do="evidence", draft=draft.id)),
        nav(draft, "groups"),
    )


def acknowledgement(work: Work, submitted: intake.Submitted) -> tuple[Html, InlineKeyboardMarkup]:
    """ISO 10002, 7.4: at once, with code, unit, date, next step, the rights and the next route."""
    complaint = submitted.complaint
    text = paragraphs(
        bold(_("✅ We have received your complaint.")),
        lines(
            say("{code}", code=Code(complaint.code or "")),
            say(_("Handled by: {unit}"), unit=Html(cards.unit(work, complaint))),
            say(_("Stage: {stage}"), stage=Html(cards.stage(complaint))),
        ),
        say(
            _("You will have our answer by {date}. Until then you can add anything here."),
            date=complaint.due_at or work.now,
        ),
        cards.next_route(),
        secret_text(submitted.secret) if submitted.secret else None,
    )
    buttons = keyboard(
        [copy(_("Copy the code"), complaint.code or "")],
        [copy(_("Copy the secret"), submitted.secret)] if submitted.secret else None,
        [button(_("My complaints"), Go(to="mine")), button(_("Your rights"), Go(to="rights"))],
    )
    return text, buttons


def secret_text(secret: str) -> Html:
    return lines(
        _("🔒 Your name is not shown to anyone who works on the complaint. Keep this secret; we show it only once:"),
        say("{secret}", secret=Code(secret)),
        _("With the code and the secret you can follow the complaint from any other chat, with /status."),
    )


def step(number: int, title: str, total: int = 3) -> str:
    """The first line: how far one is, and what this is about."""
    return say(_("{number} of {total} · {title}"), number=number, total=total, title=Html(title))


def nav(draft: Complaint, back: str | Go | Form) -> Row:
    goal = Form(do=back, draft=draft.id) if isinstance(back, str) else back
    return [button(_("Back"), goal), button(_("Cancel"), Form(do="cancel", draft=draft.id))]


def _burst(event: Event, draft: Complaint) -> str | None:
    return f"draft:{draft.id}" if isinstance(event, Message) else None


def _draft(work: Work, data: Form) -> Complaint:
    return intake.find_draft(work, data.draft)
