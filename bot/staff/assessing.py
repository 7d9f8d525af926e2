"""The initial assessment in five taps (ISO 10002, 7.5), another severity for a reason, another product or branch.

What was answered so far travels in the buttons, one digit a criterion, so nothing has to be remembered or forgotten.
"""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import assessment, complaints, errors, rights
from backoffice.assessment import Criteria, Weighed
from backoffice.organisation_file import CriticalRule
from backoffice.stages import Stage
from backoffice.work import Work
from bot import items
from bot.i18n import _, __
from bot.keyboards import SUCCESS, Desk, Prefix, Row, button, desk, keyboard, pairs
from bot.material import material
from bot.panel import leave, show
from bot.staff.queue import current, show_case
from bot.steps import Step
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="assessing")
router.callback_query.filter(Prefix(Desk))


class Weighing(StatesGroup):
    reason = State()


CRITERIA = ("severity", "safety", "complexity", "impact", "immediate")
NAMES = {
    "severity": __("Severity of harm"),
    "safety": __("Safety and health"),
    "complexity": __("Complexity"),
    "impact": __("Impact"),
    "immediate": __("Immediate action"),
}
QUESTIONS = {
    "severity": __("How much harm did it do to the customer, or could it do?"),
    "safety": __("Is anybody's safety or health concerned?"),
    "complexity": __("How hard is it to find out what happened?"),
    "impact": __("How far does it reach: how many people, how much money, whose trust?"),
    "immediate": __("Does something have to be done at once, and can it be?"),
}
LEVELS = {
    "severity": (__("No harm"), __("Slight harm"), __("Considerable harm"), __("Grave harm")),
    "safety": (__("Not concerned"), __("Hardly"), __("A real risk"), __("Danger, or somebody is hurt")),
    "complexity": (__("The facts are clear"), __("A few questions"), __("Several units"), __("Experts needed")),
    "impact": (__("This customer only"), __("A few customers"), __("Many customers"), __("Very many, or the public")),
    "immediate": (__("No"), __("Yes, at once")),
}


@router.callback_query(Desk.filter(F.do == "assess"))
async def question(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The next of the five questions; after the last one the result."""
    complaint = weighable(work, callback_data, "assess")
    await state.set_state(None)
    answers = checked(callback_data.value)
    if len(answers) == len(CRITERIA):
        await result(query, state, work, complaint, answers)
        return
    asked = CRITERIA[len(answers)]
    rows = [
        button(str(words), desk("assess", complaint, f"{answers}{level}")) for level, words in enumerate(LEVELS[asked])
    ]
    step = say(_("Assessment, {number} of {total}"), number=len(answers) + 1, total=len(CRITERIA))
    text = paragraphs(bold(step), say("<b>{title}</b>", title=Html(NAMES[asked])), Html(QUESTIONS[asked]))
    await show(query, state, text, keyboard(*rows, ways(complaint, answers)), complaint=complaint, party="staff")


async def result(query: CallbackQuery, state: FSMContext, work: Work, complaint: Complaint, answers: str) -> None:
    """The severity and how it comes about; nothing has been decided yet."""
    criteria = criteria_of(answers)
    risky = bool(complaint.risks)
    weighed = assessment.weigh(work.organisation.assessment, criteria, complaint.category, risky=risky)
    named = work.organisation.severities[weighed.severity][language()]
    text = paragraphs(
        bold(say(_("By these answers the severity is: {severity}"), severity=Html(named))),
        lines(
            *(
                say("{criterion}: {level}", criterion=Html(NAMES[each]), level=Html(LEVELS[each][int(answer)]))
                for each, answer in zip(CRITERIA, answers, strict=True)
            )
        ),
        computation(work, weighed),
        _("Confirm it, or choose another severity and say why."),
    )
    buttons = keyboard(
        button(_("Confirm"), desk("assessed", complaint, answers), SUCCESS),
        button(_("Choose another severity"), desk("severities", complaint, answers)),
        ways(complaint, answers),
    )
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "assessed"))
async def confirm(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = weighable(work, callback_data, "assess")
    criteria = criteria_of(checked(callback_data.value))
    assessment.assess(work, complaint, criteria, turn=callback_data.turn)
    await leave(state)
    await show_case(query, state, work, complaint, done(), anew=True)


@router.callback_query(Desk.filter(F.do.in_({"change_severity", "severities"})))
async def severities(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The other severities: than the computed one, or than the one that the case has."""
    weighing = callback_data.do == "severities"
    complaint = weighable(work, callback_data, "assess" if weighing else "change_severity")
    await state.set_state(None)
    answers = checked(callback_data.value) if weighing else ""
    now = complaint.severity
    if weighing:
        criteria = criteria_of(answers)
        rules, risky = work.organisation.assessment, bool(complaint.risks)
        now = assessment.weigh(rules, criteria, complaint.category, risky=risky).severity
    rows = [
        button(words[language()], desk("instead", complaint, f"{answers}.{code}"))
        for code, words in work.organisation.severities.items()
        if code != now
    ]
    text = paragraphs(bold(_("Which severity is right?")), _("You are asked for the reason next."))
    back = desk("assess", complaint, answers) if weighing else desk("show", complaint)
    buttons = keyboard(*pairs(rows), [button(_("Back"), back), button(_("Cancel"), desk("show", complaint))])
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "instead"))
async def instead(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    answers, _dot, severity = callback_data.value.partition(".")
    complaint = weighable(work, callback_data, "assess" if answers else "change_severity")
    if severity not in work.organisation.severities or (answers and len(checked(answers)) < len(CRITERIA)):
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Weighing.reason)
    await state.update_data(code=complaint.code, answers=answers, severity=severity, turn=callback_data.turn)
    await ask_reason(query, state, complaint, answers)


@router.message(Step(Weighing.reason))
async def reason(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    data = await state.get_data()
    words = material(message).written
    if words is None:
        await ask_reason(message, state, complaint, data["answers"], _("Please write it as text."))
        return
    severity, turn = data["severity"], data["turn"]
    if data["answers"]:
        criteria = criteria_of(data["answers"])
        assessment.assess(work, complaint, criteria, turn=turn, instead=severity, reason=words)
    else:
        assessment.change_severity(work, complaint, severity, words, turn=turn)
    await leave(state)
    await show_case(message, state, work, complaint, done())


@router.callback_query(Desk.filter(F.do.in_(items.NAMES)))
async def correct(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Which product or branch it is about, where the customer did not say so, or not rightly."""
    complaint, kind, value = complaints.find(work, callback_data.code), callback_data.do, callback_data.value
    rights.require(work, "correct", complaint)
    page = items.page(value)
    await leave(state)
    if page is None:
        assessment.correct(work, complaint, kind, items.chosen(value))
        await show_case(query, state, work, complaint, bold(_("✅ It is corrected.")), anew=True)
        return
    rows = items.choices(work, kind, page, getattr(complaint, kind), lambda other: desk(kind, complaint, other))
    text = paragraphs(bold(str(items.QUESTIONS[kind])), say("{code}", code=Code(complaint.code or "")))
    back = button(_("Back"), desk("more", complaint))
    await show(query, state, text, keyboard(*rows, back), complaint=complaint, party="staff")


async def ask_reason(
    event: CallbackQuery | Message, state: FSMContext, complaint: Complaint, answers: str, first: str | None = None
) -> None:
    text = paragraphs(
        first,
        bold(_("Why this severity?")),
        _("Write the reason. It is kept as an internal note; the customer does not see it."),
    )
    back = desk("severities", complaint, answers) if answers else desk("change_severity", complaint)
    buttons = keyboard([button(_("Back"), back), button(_("Cancel"), desk("show", complaint))])
    await show(event, state, text, buttons, complaint=complaint, party="staff")


def weighable(work: Work, data: Desk, action: str) -> Complaint:
    """The case of the button, if its severity can be decided by this action now."""
    complaint = complaints.find(work, data.code)
    rights.require(work, action, complaint)
    assessed = complaint.assessed_at is not None
    closed = Stage(complaint.stage) is Stage.CLOSED
    if closed or data.turn != complaint.turn or assessed is (action == "assess"):
        raise errors.Stale(complaint=complaint.id)
    return complaint


def checked(answers: str) -> str:
    """What a button brought: one digit for each criterion that was answered, in their order."""
    known = len(answers) <= len(CRITERIA) and all(
        answer in map(str, range(len(LEVELS[criterion]))) for criterion, answer in zip(CRITERIA, answers, strict=False)
    )
    if not known:
        raise errors.Invalid(what="unknown_choice")
    return answers


def criteria_of(answers: str) -> Criteria:
    if len(answers) != len(CRITERIA):
        raise errors.Invalid(what="unknown_choice")
    severity, safety, complexity, impact, immediate = map(int, answers)
    return Criteria(severity, safety, complexity, impact, bool(immediate))


def computation(work: Work, weighed: Weighed) -> Html:
    """In one or two lines how the severity came about."""
    rules = work.organisation.assessment
    if weighed.rule:
        return say(_("Critical whatever the score, because of: {rule}"), rule=Html(rule_words(work, weighed.rule)))
    return lines(
        say(_("Score: {number} of {total}"), number=weighed.score, total=rules.weights.highest()),
        say(_("High from {high}, medium from {medium}."), high=rules.high, medium=rules.medium),
        Html(_("A legal or publicity risk makes it high at least.")) if weighed.raised else None,
    )


def rule_words(work: Work, rule: CriticalRule) -> str:
    category = work.organisation.category(rule.category or "")
    named = [str(name) for criterion, name in NAMES.items() if getattr(rule, criterion)]
    return " · ".join([*([category.words[language()]] if category else []), *named])


def ways(complaint: Complaint, answers: str) -> Row:
    back = desk("assess", complaint, answers[:-1]) if answers else desk("show", complaint)
    return [button(_("Back"), back), button(_("Cancel"), desk("show", complaint))]


def done() -> Html:
    return bold(_("✅ The severity is recorded."))
