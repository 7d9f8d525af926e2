"""What a third party elsewhere says of the dispute: how far it is, what it recommends, what it decided; our signature
under it, and our answer to it."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import complaints, errors, rights
from backoffice.disputes import choosing, course, outcomes, resolvers, settlement, verdicts
from backoffice.disputes.phases import ADVISORY, CHOOSING, DETERMINATIVE, Phase
from backoffice.work import Work
from bot.disputes import cards as disputes
from bot.disputes import clauses, desk_card, sides
from bot.disputes import terms as builder
from bot.disputes.asked import QUESTIONS, Answer, Question, ask, in_their_language, prompt
from bot.i18n import _, __
from bot.keyboards import DANGER, SUCCESS, Matter, Prefix, Row, button, keyboard, matter
from bot.panel import Event, leave, show
from bot.staff.saying import READABLE
from bot.texts import Html, bold, lines, paragraphs, say
from storage.complaints import Complaint
from storage.disputes import Obligation, Outcome, obligations_of

router = Router(name="dispute_results")
router.callback_query.filter(Prefix(Matter))

P = Phase
FOR_CUSTOMER, DISMISSED = "upheld", "dismissed"
BINDINGS = {"none": __("Nobody, without their yes"), "organisation": __("Only us"), "both": __("Both sides")}
NOTHING = "nothing"


# ------------------------------------------------------------------ how far it is


def _under_way(work: Work, complaint: Complaint) -> None:
    """Whoever writes down what the third party says: its own person here, or who speaks for us."""
    resolvers.of_provider(work, complaint)
    course.running(work, complaint, P.IN_PROGRESS)
    if course.referral(work, complaint).method not in (ADVISORY, DETERMINATIVE):
        raise errors.Stale(complaint=complaint.id)


def _progress(work: Work, complaint: Complaint) -> Html:
    return prompt(
        complaint,
        _("How far is the third party?"),
        _("Write what it told us: dates, questions, what is still missing."),
        in_their_language(complaint),
    )


def _tell_progress(work: Work, complaint: Complaint, said: Answer) -> str:
    verdicts.progress(work, complaint, said.words)
    return _("✅ The customer is told how far it is.")


QUESTIONS["progress"] = Question(_under_way, _progress, _tell_progress)


@router.callback_query(Matter.filter(F.do == "progress"))
async def progress(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    await ask(query, state, work, complaints.find(work, callback_data.code), "progress", turn=callback_data.turn)


# ------------------------------------------------------------------ the terms that it names


def drafted(work: Work, complaint: Complaint) -> list[Obligation]:
    """What the actor has put together with the builder of terms."""
    mine = builder.own_draft(work, complaint, rights.side(work, complaint))
    return obligations_of(work.db, mine.id) if mine else []


async def terms_first(event: Event, state: FSMContext, work: Work, complaint: Complaint, *ways: Row) -> None:
    """What it says has to be kept as terms, or nobody could follow whether it is carried out."""
    await leave(state)
    text = prompt(
        complaint,
        _("First put together the terms that it names"),
        _("Who does what, how much, by when. Below the terms you go on to record them as its result."),
    )
    buttons = keyboard(button(_("Terms"), matter("terms", complaint), SUCCESS), *ways, sides.home(work, complaint))
    await sides.tell(event, state, work, complaint, text, buttons)


# ------------------------------------------------------------------ it recommends


@router.callback_query(Matter.filter(F.do == "recommend"))
async def recommend(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    _advises(work, complaint)
    if callback_data.value == NOTHING or drafted(work, complaint):
        await ask(query, state, work, complaint, "recommend", callback_data.value, turn=callback_data.turn)
    else:
        nothing = [button(_("It recommends that nothing is owed"), matter("recommend", complaint, NOTHING))]
        await terms_first(query, state, work, complaint, nothing)


def _advises(work: Work, complaint: Complaint) -> None:
    resolvers.of_provider(work, complaint)
    course.running(work, complaint, P.IN_PROGRESS)
    if course.referral(work, complaint).method != ADVISORY:
        raise errors.Stale(complaint=complaint.id)


def _recommendation(work: Work, complaint: Complaint) -> Html:
    terms = _listed(work, complaint)
    return prompt(
        complaint,
        _("What does the third party recommend, and why?"),
        lines(Html(_("The terms that go with it:")), *terms) if terms else None,
        in_their_language(complaint),
    )


def _recommend(work: Work, complaint: Complaint, said: Answer) -> str:
    terms = [] if said.value == NOTHING else [outcomes.term_of(each) for each in drafted(work, complaint)]
    verdicts.recommend(work, complaint, said.words, terms, turn=said.turn)
    return _("✅ The recommendation is recorded. Both sides are asked for their answer.")


QUESTIONS["recommend"] = Question(_advises, _recommendation, _recommend)


def _listed(work: Work, complaint: Complaint) -> list[Html]:
    found = enumerate(drafted(work, complaint), 1)
    return [say("{number}. {text}", number=place, text=clauses.term(work, each)) for place, each in found]


# ------------------------------------------------------------------ it has decided


@router.callback_query(Matter.filter(F.do == "decide"))
async def decide(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """For whom, then whom it binds, then its words; what it orders was put together as terms before."""
    complaint = complaints.find(work, callback_data.code)
    _decides(work, complaint)
    await leave(state)
    text = prompt(complaint, _("What has been decided?"), _("A second person reads and signs what you record."))
    buttons = keyboard(
        button(_("In the customer's favour, wholly or in part"), matter("decided_for", complaint, FOR_CUSTOMER)),
        button(_("The claim is dismissed"), matter("decided_for", complaint, DISMISSED)),
        sides.home(work, complaint),
    )
    await sides.tell(query, state, work, complaint, text, buttons)


@router.callback_query(Matter.filter(F.do == "decided_for"))
async def decided_for(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    _decides(work, complaint)
    if callback_data.value not in (FOR_CUSTOMER, DISMISSED):
        raise errors.Invalid(what="unknown_choice")
    if callback_data.value == FOR_CUSTOMER and not drafted(work, complaint):
        await terms_first(query, state, work, complaint)
        return
    known = _binding(work, complaint)
    bindings = verdicts.BINDING[: verdicts.BINDING.index(known) + 1] if known else verdicts.BINDING
    rows = [
        button(str(BINDINGS[code]), matter("binds", complaint, f"{callback_data.value}.{code}")) for code in bindings
    ]
    text = prompt(
        complaint,
        _("Whom does the decision bind?"),
        _("It cannot bind more than both sides consented to.") if known else None,
    )
    await sides.tell(query, state, work, complaint, text, keyboard(*rows, sides.home(work, complaint)))


@router.callback_query(Matter.filter(F.do == "binds"))
async def binds(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    _chosen(callback_data.value)
    await ask(query, state, work, complaint, "decision", callback_data.value, turn=callback_data.turn)


def _decides(work: Work, complaint: Complaint) -> None:
    """A provider whose method is to decide, or a public body to which the customer went by themselves."""
    resolvers.of_provider(work, complaint)
    course.running(work, complaint, P.IN_PROGRESS, *CHOOSING)
    elsewhere = complaint.dispute_phase in CHOOSING
    if not elsewhere and course.referral(work, complaint).method != DETERMINATIVE:
        raise errors.Stale(complaint=complaint.id)


def _binding(work: Work, complaint: Complaint) -> str | None:
    """Whom it can bind at most by what both sides consented to; of a public body the law says so."""
    referral = disputes.current(work, complaint)
    provider = choosing.provider_of(work, referral) if referral and referral.consented_at else None
    return provider.binding if provider else None


def _chosen(value: str) -> tuple[bool, str]:
    """For whom, and whom it binds, as the button carried it."""
    whom, _dot, binding = value.partition(".")
    if whom not in (FOR_CUSTOMER, DISMISSED) or binding not in BINDINGS:
        raise errors.Invalid(what="unknown_choice")
    return whom == FOR_CUSTOMER, binding


def _decision(work: Work, complaint: Complaint) -> Html:
    terms = _listed(work, complaint)
    return prompt(
        complaint,
        _("Write the decision and its reasons"),
        _("As they were decided: a second person compares them with the original, and the customer reads them."),
        lines(Html(_("The terms that go with it:")), *terms) if terms else None,
        in_their_language(complaint),
    )


def _decide(work: Work, complaint: Complaint, said: Answer) -> str:
    upheld, binding = _chosen(said.value)
    terms = [outcomes.term_of(each) for each in drafted(work, complaint)] if upheld else []
    verdicts.decide(work, complaint, said.words, upheld=upheld, binding=binding, terms=terms, turn=said.turn)
    return _("✅ The decision is recorded.")


QUESTIONS["decision"] = Question(_decides, _decision, _decide)


# ------------------------------------------------------------------ the second person's signature


@router.callback_query(Matter.filter(F.do == "sign"))
async def read_to_sign(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """All of it is read before it is signed."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "sign", complaint)
    outcome = desk_card.to_sign(work, complaint)
    if outcome is None:
        raise errors.Stale(complaint=complaint.id)
    await leave(state)
    text = paragraphs(
        disputes.head(work, complaint),
        clauses.outcome(work, outcome, READABLE),
        _("Compare it with the original. What you sign here takes effect in the organisation's name."),
    )
    buttons = keyboard(
        button(_("Sign"), matter("signed", complaint, str(outcome.id)), SUCCESS), desk_card.back(work, complaint)
    )
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Matter.filter(F.do == "signed"))
async def sign(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "sign", complaint)
    verdicts.sign(work, complaint, number(callback_data.value))
    await leave(state)
    await desk_card.show_card(query, state, work, complaint, bold(_("✅ Signed. Both sides are told.")), anew=True)


# ------------------------------------------------------------------ our answer to it


@router.callback_query(Matter.filter(F.do == "verdict"))
async def read_verdict(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    outcome = _waiting(work, complaint, callback_data.value)
    await leave(state)
    text = paragraphs(
        disputes.head(work, complaint),
        clauses.outcome(work, outcome, READABLE),
        _("Accepting binds the organisation to these terms. If we do not accept, the customer reads our reasons."),
    )
    value = str(outcome.id)
    buttons = keyboard(
        button(_("Accept for the organisation"), matter("accept_verdict", complaint, value), SUCCESS),
        button(_("Do not accept"), matter("decline_verdict", complaint, value), DANGER),
        desk_card.back(work, complaint),
    )
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Matter.filter(F.do == "accept_verdict"))
async def accept(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    _may_answer(work, complaint)
    settlement.answer(work, complaint, number(callback_data.value), accepted=True, turn=callback_data.turn)
    await leave(state)
    text = bold(_("✅ Accepted for the organisation. The customer is told."))
    await desk_card.show_card(query, state, work, complaint, text, anew=True)


@router.callback_query(Matter.filter(F.do == "decline_verdict"))
async def decline(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    outcome = _waiting(work, complaint, callback_data.value)
    await ask(query, state, work, complaint, "decline_verdict", str(outcome.id), turn=callback_data.turn)


def _may_answer(work: Work, complaint: Complaint) -> None:
    rights.require(work, "represent", complaint)
    if outcomes.waiting(work, complaint) is None:
        raise errors.Stale(complaint=complaint.id)


def _reasons(work: Work, complaint: Complaint) -> Html:
    return prompt(
        complaint,
        _("Why do we not accept it?"),
        _("This way ends with it. The customer can choose another one."),
        in_their_language(complaint),
    )


def _decline(work: Work, complaint: Complaint, said: Answer) -> str:
    settlement.answer(work, complaint, number(said.value), accepted=False, words=said.words, turn=said.turn)
    return _("✅ Recorded. The customer reads our reasons and can choose another way.")


QUESTIONS["decline_verdict"] = Question(_may_answer, _reasons, _decline)


# ------------------------------------------------------------------ we want it decided again


@router.callback_query(Matter.filter(F.do == "we_appeal"))
async def appeal(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    await ask(query, state, work, complaints.find(work, callback_data.code), "we_appeal", turn=callback_data.turn)


def _may_appeal(work: Work, complaint: Complaint) -> None:
    rights.require(work, "represent", complaint)
    if not verdicts.can_be_appealed(work, complaint):
        raise errors.Stale(complaint=complaint.id)


def _appeal(work: Work, complaint: Complaint) -> Html:
    return prompt(
        complaint,
        _("Why have we asked for the decision to be looked at again?"),
        _("Ask the body itself first, in the form and time that it sets. Carrying out rests until it has decided."),
        in_their_language(complaint),
    )


def _appealed(work: Work, complaint: Complaint, said: Answer) -> str:
    verdicts.appeal(work, complaint, said.words, turn=said.turn)
    return _("✅ Recorded. Carrying out rests, and the customer is told.")


QUESTIONS["we_appeal"] = Question(_may_appeal, _appeal, _appealed)


def _waiting(work: Work, complaint: Complaint, value: str) -> Outcome:
    """What a button names, as long as it waits for our answer."""
    rights.require(work, "represent", complaint)
    outcome = outcomes.waiting(work, complaint)
    if outcome is None or outcome.id != number(value) or outcome.ours is not None:
        raise errors.Stale(complaint=complaint.id)
    return outcome


def number(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > 9:
        raise errors.Invalid(what="unknown_choice")
    return int(value)
