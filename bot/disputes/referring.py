"""Around the third party: why we do not consent, who is invited, what a provider elsewhere tells us, why we leave."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import complaints, errors, people, rights
from backoffice.disputes import choosing, consents, course, resolvers
from backoffice.disputes.phases import CHOOSING, Phase
from backoffice.rights import ORGANISATION, Role
from backoffice.words import required
from backoffice.work import Work
from bot.disputes import cards as disputes
from bot.disputes import desk_card
from bot.disputes.asked import QUESTIONS, Answer, Next, Question, ask, in_their_language, prompt
from bot.i18n import _
from bot.keyboards import Matter, Prefix, button, copy, keyboard, matter
from bot.money import named, shown
from bot.panel import leave, show
from bot.staff.joining import link
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="dispute_referring")
router.callback_query.filter(Prefix(Matter))

P = Phase


# ------------------------------------------------------------------ we do not consent


@router.callback_query(Matter.filter(F.do == "refuse_us"))
async def choose_reason(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """The reason of the file first; it goes to the customer as the file words it, with our own words."""
    complaint = complaints.find(work, callback_data.code)
    may_refuse(work, complaint)
    await leave(state)
    rows = [
        button(each.words[language()], matter("refuse_for", complaint, each.code))
        for each in work.organisation.refusal_reasons
    ]
    text = prompt(
        complaint,
        _("Why do we not consent?"),
        _("The customer reads the reason and chooses another way. Top management is told."),
    )
    await show(query, state, text, keyboard(*rows, desk_card.back(work, complaint)), complaint=complaint, party="staff")


@router.callback_query(Matter.filter(F.do == "refuse_for"))
async def ask_refusal(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    if work.organisation.refusal_reason(callback_data.value) is None:
        raise errors.Invalid(what="unknown_choice")
    await ask(query, state, work, complaint, "refuse_for", callback_data.value, turn=callback_data.turn)


def may_refuse(work: Work, complaint: Complaint) -> None:
    """As long as our consent is missing, and only where we are free to refuse it."""
    rights.require(work, "represent", complaint)
    course.running(work, complaint, P.AWAITING_CONSENT)
    if ORGANISATION not in consents.missing(work, complaint):
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    if consents.must_take_part(work, complaint):
        raise errors.DisputeRefused(why="must_take_part", complaint=complaint.id)


def _refusal(work: Work, complaint: Complaint) -> Html:
    return prompt(
        complaint,
        _("Say in your own words why we do not consent"),
        _("Name the facts that speak for it, and what you suggest instead."),
        in_their_language(complaint),
    )


def _refuse(work: Work, complaint: Complaint, said: Answer) -> str:
    consents.refuse(work, complaint, reason=said.value, words=said.words, turn=said.turn)
    return _("✅ Recorded. The customer reads the reason and can choose another way.")


QUESTIONS["refuse_for"] = Question(may_refuse, _refusal, _refuse)


# ------------------------------------------------------------------ the mediator is invited


@router.callback_query(Matter.filter(F.do == "invite_mediator"))
async def invite(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """A link to pass on, shown once. It names no case: what is put before them they see after both consents."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "represent", complaint)
    referral = course.referral(work, complaint)
    if referral.provider is None or not desk_card.invitable(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    post = people.Post(roles=[Role.RESOLVER], provider=referral.provider, languages=list(work.organisation.languages))
    token = people.invite(work, post)
    await leave(state)
    me = await query.bot.get_me()  # type: ignore[union-attr]
    url = link(me.username or "", token)
    text = paragraphs(
        bold(_("The invitation for the mediator is ready.")),
        lines(
            say(_("Third party: {provider}"), provider=disputes.provider(work, referral)),
            say(_("Contact: {contact}"), contact=where) if (where := _contact(work, complaint)) else None,
            say("{link}", link=Code(url)),
        ),
        say(
            _("Send them the link. It works once, until {date}, and names no case."),
            date=work.organisation.due("invitation", None, work.now),
        ),
        _("What they are to look at, they see once both sides have consented."),
    )
    buttons = keyboard([copy(_("Copy the link"), url)], desk_card.back(work, complaint))
    await show(query, state, text, buttons, complaint=complaint, party="staff", anew=True, proof=True)


def _contact(work: Work, complaint: Complaint) -> str:
    provider = choosing.provider_of(work, course.referral(work, complaint))
    return (provider.contact or provider.url) if provider else ""


# ------------------------------------------------------------------ what a provider elsewhere says


def elsewhere(work: Work, complaint: Complaint) -> None:
    """We carry its words only where it has nobody here to say them."""
    rights.require(work, "represent", complaint)
    course.running(work, complaint, P.AWAITING_PROVIDER)
    if complaint.resolver_id is not None:
        raise errors.NotAllowed(action="mediate")


def _who_accepts(work: Work, complaint: Complaint) -> Html:
    return prompt(
        complaint,
        _("Who will lead it?"),
        _("Write the name of the person or of the panel, as the provider named them. Both sides read it."),
    )


def _named(work: Work, complaint: Complaint, said: Answer) -> Next:
    return Next("declares", required(said.words, resolvers.MAX_NAME))


def _declaration(work: Work, complaint: Complaint) -> Html:
    return prompt(
        complaint,
        _("What did they declare about their independence?"),
        _("Write it as they declared it, with everything that they disclosed. Both sides read it and can object."),
        in_their_language(complaint),
    )


def _accept(work: Work, complaint: Complaint, said: Answer) -> str:
    resolvers.accept(work, complaint, said.words, name=said.value, turn=said.turn)
    return _("✅ Recorded. The customer reads who leads it and what they declared.")


def _why_declined(work: Work, complaint: Complaint) -> Html:
    return prompt(complaint, _("Why does the provider not take it?"), _("Write the reason that it gave."))


def _decline(work: Work, complaint: Complaint, said: Answer) -> str:
    resolvers.decline(work, complaint, said.words, turn=said.turn)
    return _("✅ Recorded. The customer is told and can choose another way.")


QUESTIONS["accepts"] = Question(elsewhere, _who_accepts, _named)
QUESTIONS["declares"] = Question(elsewhere, _declaration, _accept)
QUESTIONS["declines"] = Question(elsewhere, _why_declined, _decline)


# ------------------------------------------------------------------ we leave, we state the amount


def _may_leave(work: Work, complaint: Complaint) -> None:
    rights.require(work, "represent", complaint)
    consents.may_leave(work, complaint)
    if consents.must_take_part(work, complaint):
        raise errors.DisputeRefused(why="must_take_part", complaint=complaint.id)


def _leaving(work: Work, complaint: Complaint) -> Html:
    talks = complaint.dispute_phase == P.NEGOTIATING
    return prompt(
        complaint,
        _("Why do we stop the talks?") if talks else _("Why do we withdraw our consent?"),
        _("This way ends at once, and terms that were not agreed to are void. The customer can choose another way.")
        if talks
        else _(
            "This way ends at once: the provider loses the case, and what was said there stays sealed. The customer can"
            " choose another way."
        ),
        in_their_language(complaint),
    )


def _leave(work: Work, complaint: Complaint, said: Answer) -> str:
    consents.withdraw(work, complaint, said.words, turn=said.turn)
    return _("✅ This way has ended. The customer is told and can choose another one.")


def _may_state(work: Work, complaint: Complaint) -> None:
    rights.require(work, "represent", complaint)
    course.running(work, complaint, *CHOOSING)


def _amount(work: Work, complaint: Complaint) -> Html:
    return prompt(
        complaint,
        _("What is the dispute about in money?"),
        say(
            _("Write the amount in {currency}, for example 1500000. Some providers take only certain amounts."),
            currency=named(work.organisation.currency),
        ),
    )


def _state(work: Work, complaint: Complaint, said: Answer) -> str:
    amount = choosing.state_amount(work, complaint, said.words)
    return say(_("✅ The amount in dispute is {amount}."), amount=Html(shown(amount)))


QUESTIONS["we_leave"] = Question(_may_leave, _leaving, _leave)
QUESTIONS["our_amount"] = Question(_may_state, _amount, _state)
AT_ONCE = ("accepts", "declines", "we_leave", "our_amount")


@router.callback_query(Matter.filter(F.do.in_(AT_ONCE)))
async def begin(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """Where nothing is chosen before, the question comes at once."""
    complaint = complaints.find(work, callback_data.code)
    await ask(query, state, work, complaint, callback_data.do, turn=callback_data.turn)
