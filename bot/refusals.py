"""What a person reads when the office refuses, or when something broke: what happened, and what they can do."""

from collections.abc import Callable
from contextlib import nullcontext

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, Update, User

from backoffice import assignment, claims, complaints, errors, people, rights
from backoffice.work import Work
from bot import account_cards, cards, course, money, special_refusals
from bot.customer.mine import case_buttons
from bot.disputes import clauses
from bot.i18n import _, __, n_, speaking_to
from bot.keyboards import SUCCESS, button, desk, keyboard, own, to_menu
from bot.learning import action_cards
from bot.session import about
from bot.staff import queue
from bot.texts import Code, Html, language, lines, paragraphs, plain, say
from bot.who import reader_for
from storage.actions import Action
from storage.complaints import Complaint

Refusal = errors.OfficeError
NOW_OTHERWISE = errors.Stale | errors.IllegalMove | errors.ReopenTooLate | errors.ReviewRefused | errors.Incomplete
NOW_OTHERWISE |= errors.SetAsideRefused | errors.RemedyRefused


async def answer(work: Work, bot: Bot, update: Update, refusal: Refusal | None, *, reference: int) -> None:
    """Say why not. `refusal` None: it was a defect, and the admins learn of it too."""
    said, user = _said(update)
    if isinstance(refusal, errors.WrongSecret) and "complaint" in refusal.facts:
        complaints.count_wrong_secret(work, refusal.facts["complaint"])
    if isinstance(refusal, errors.WrongProof):
        claims.count_wrong(work, refusal.facts["claim"])
    if refusal is None:
        assignment.tell_admins(work, "update_failed", inbox_id=reference)
    if said is None or user is None:
        return
    person = people.recognise(work, user.id)
    with speaking_to(reader_for(work, person, user)):
        text, buttons, complaint = wording(work, refusal, reference)
        if (chat := _group(said)) is not None:
            await _answer_in_group(bot, said, chat, text)
            return
        if isinstance(said, CallbackQuery):
            await bot.answer_callback_query(said.id)
        chat_id = user.id if isinstance(said, CallbackQuery) else said.chat.id
        party = rights.party(work.actor, complaint) if complaint else "customer"
        private = refusal is not None and refusal.facts.get("why") == "sealed"  # what follows must not reach the case
        with about(complaint, party) if complaint and not private else nullcontext():
            protect = None if party == "customer" else True
            await bot.send_message(chat_id, text, reply_markup=buttons, protect_content=protect)


async def _answer_in_group(bot: Bot, said: Message | CallbackQuery, chat: int, text: str) -> None:
    """No menu opens there, and a tap is answered to nobody but who tapped."""
    if isinstance(said, CallbackQuery):
        await bot.answer_callback_query(said.id, text.partition("\n\n")[0], show_alert=True)
    else:
        await bot.send_message(chat, text)


def wording(work: Work, refusal: Refusal | None, reference: int) -> tuple[Html, InlineKeyboardMarkup, Complaint | None]:
    """The words, the way on, and the case they are about (as far as the actor may know of it)."""
    menu = keyboard(to_menu())
    if refusal is None:
        return _broken(reference), menu, None
    if isinstance(refusal, errors.ActionRefused):
        changed = work.db.get_one(Action, refusal.facts["action"])
        return Html(WORDS[refusal.code](refusal)), keyboard(action_cards.opening(changed), to_menu()), None
    complaint = work.db.get(Complaint, refusal.facts.get("complaint") or 0)
    if complaint and isinstance(refusal, errors.NameNeeded):
        return _nameless(work, refusal, complaint)
    known = complaint is not None and complaint.code is not None and rights.knows(work.actor, complaint)
    if complaint and known and isinstance(refusal, errors.DisputeRefused | errors.TermsRefused):
        return _of_dispute(work, refusal, complaint)
    if complaint and known and isinstance(refusal, errors.StepsMissing):
        ticking = keyboard(button(_("Checklist"), desk("steps", complaint), SUCCESS), to_menu())
        return Html(WORDS[refusal.code](refusal)), ticking, complaint
    if complaint and known and (isinstance(refusal, NOW_OTHERWISE) or "deciders" in refusal.facts):
        return _as_it_is_now(work, refusal, complaint)
    if complaint and known and isinstance(refusal, errors.Barred | errors.VoteRefused | errors.ApprovalRefused):
        return Html(WORDS[refusal.code](refusal)), queue.case_buttons(work, complaint), complaint
    return Html(WORDS[refusal.code](refusal)), menu, None


def _nameless(work: Work, refusal: Refusal, complaint: Complaint) -> tuple[Html, InlineKeyboardMarkup, Complaint]:
    """Who stays anonymous is told what that leads to, and how to change it; or who writes down what they say."""
    first = WORDS[refusal.code](refusal)
    if rights.may(work.actor, "follow", complaint):
        way = button(_("Say who I am"), own("identify", complaint))
        return paragraphs(first, cards.footer(work, complaint)), keyboard(way), complaint
    way = button(_("They give their name"), desk("they_name", complaint))
    return paragraphs(first, say("{code}", code=Code(complaint.code or ""))), keyboard(way), complaint


def _of_dispute(
    work: Work, refusal: Refusal, complaint: Complaint
) -> tuple[Html, InlineKeyboardMarkup, Complaint | None]:
    """A step outside: why it cannot be taken, and the way on for the side that tried it."""
    first = Html(WORDS[refusal.code](refusal))
    if rights.may(work.actor, "follow", complaint):
        return paragraphs(first, cards.footer(work, complaint)), case_buttons(work, complaint), complaint
    if complaint.dispute_id is not None and rights.may(work.actor, "see_disputes"):
        return first, keyboard(button(_("Open the dispute"), desk("dispute", complaint)), to_menu()), complaint
    return first, keyboard(to_menu()), complaint


def _as_it_is_now(work: Work, refusal: Refusal, complaint: Complaint) -> tuple[Html, InlineKeyboardMarkup, Complaint]:
    """A step that has passed, or is for others to take: what is true now, and what can be done now."""
    first = account_cards.who_decides(work, complaint) if "deciders" in refusal.facts else WORDS[refusal.code](refusal)
    if rights.may(work.actor, "follow", complaint):
        return paragraphs(first, cards.footer(work, complaint)), case_buttons(work, complaint), complaint
    last = course.latest(work, complaint) if rights.may(work.actor, "read", complaint) else None
    state = lines(cards.in_short(work, complaint), last)
    return paragraphs(first, state), queue.case_buttons(work, complaint), complaint


def _broken(reference: int) -> Html:
    return paragraphs(
        _("⚠️ Something went wrong on our side, and this step was not carried out. We have been told."),
        _("Please try again in a few minutes. Nothing that you sent before is lost."),
        say(_("Reference: {reference}"), reference=Code(str(reference))),
    )


def words(refusal: Refusal) -> str:
    """What is said of a refusal, for a step that goes on asking by itself."""
    return WORDS[refusal.code](refusal)


def _invalid(refusal: Refusal) -> str:
    what = refusal.facts.get("what")
    if what == "no_date":
        return say(_("We could not read “{text}” as a date."), text=refusal.facts["text"])
    if what == "too_long":
        return say(
            _("This text is too long: at most {limit} letters fit here. Please shorten it, or send it in parts."),
            limit=refusal.facts["limit"],
        )
    if what == "old_arrival":
        days = refusal.facts["days"]
        late = n_(
            "This is more than {days} day ago. Please check the date and write it again.",
            "This is more than {days} days ago. Please check the date and write it again.",
            days,
        )
        return say(late, days=days)
    if what == "other_currency":
        return say(
            _("This names another currency. Please write the amount in {currency}."),
            currency=money.named(refusal.facts["currency"]),
        )
    return {
        "future_date": _("This day lies in the future. Please choose the day on which it happened."),
        "future_arrival": _("This lies in the future. Please say when the complaint really came."),
        "old_date": _("This day is more than ten years ago. Please check the year and write the date again."),
        "far_day": _("This day is more than two years ahead. Please choose a nearer one."),
        "past_day": _("This day has passed. Please choose one that lies ahead."),
        "closed_already": _("This day is closed already. Please choose another one."),
        "same_hours": _("This day has these hours already. Please choose another one."),
        "nobody_above": _("Nobody above you may have this case. Please ask a colleague, or declare deadlock."),
        "last_admin": _("Nobody else is an administrator, and the desk needs one. Please invite another one first."),
        "last_provider": _("Nobody else is offered to customers. Please add or switch on somebody else first."),
        "no_days": _("Please choose a number of days from 1 to 365."),
        "below_floor": _(
            "A legal or publicity risk is marked, so the severity is high at least. Remove the mark first."
        ),
        "linked_already": _("This case belongs to an incident already."),
        "other_incident": _("This case belongs to another incident already. Unlink it there first."),
        "nothing_asked": _("Nothing is asked yet. Please tick what is missing, or write the question."),
        "empty": _("The message has no text. Please write it again."),
        "no_amount": _("We could not read this as one amount. Please write it in figures only, for example 1500000."),
        "no_percent": _("We could not read this as a percentage. Please write a number up to 100."),
        "no_time": _("We could not read this as a length of time. Please write minutes, for example 45, or 1:30."),
        "not_positive": _("This must be more than zero. Please write it again."),
        "too_large": _("This is more than is possible here. Please check the figures and write it again."),
        "fractions": _("The amount has more decimals than the currency. Please round it and write it again."),
    }.get(what or "", _("This choice is not offered any more. Please choose again from the menu."))


def _incomplete(refusal: Refusal) -> str:
    return {
        "consent": _("Before you submit, please read the privacy notice and agree. Go on from the menu."),
        "category": _("Please choose first what the complaint is about. Go on from the menu."),
        "story": _("Please tell us first what happened: write it, or send a voice message or a photo."),
        "grounds": _("Please say first what is wrong or missing in the answer."),
        "lateness": _("Please say first why the request comes late."),
        "whys": _("This case needs more than a cause: please answer at least two whys first."),
        "cause_reason": _("Please say first why no cause was found."),
        "who": _("Please say first who complains, and how they are reached, or that they stay anonymous."),
        "authority": _("Please write first under which reference the authority knows it."),
        "account": _("Please say first for which company you complain, or that it is for yourself."),
        "information": _("Nothing has come yet. Please send at least one thing first, or write why you cannot."),
        "terms": _("Please put together first what has to be done: who does what, how much, by when."),
    }[refusal.facts["missing"]]


def _not_found(refusal: Refusal) -> str:
    return {
        "draft": _("This draft is no longer there. You can begin a new one from the menu."),
        "colleague": _("This person is no longer on the team. Please choose again from the list."),
        "action": _("We found no such action for you. Please check the number, or choose from your list."),
        "task": _("We found nothing of this kind for you to carry out. Please choose from your list."),
        "inquiry": _("This question does not wait for you any more."),
        "provider": _("It is no longer in the register. Please choose again from the list."),
        "account": _("There is no such account for you. Please choose again from the list."),
    }.get(
        refusal.facts.get("what", ""),
        _("We found no such case for you. Please check the code, or choose from your list."),
    )


def _claim_refused(refusal: Refusal) -> str:
    return {
        "unknown": _("This link leads to no complaint. Please check that it is complete, or ask us for a new one."),
        "replaced": _("There is a newer link for this complaint. Please use that one, or ask us for another."),
        "used": _("This complaint is followed in a chat already, and its link works once."),
        "expired": _("This link has expired. Please ask us for a new one."),
        "tried": _("This link was tried too often with a wrong answer. Please ask us for a new one."),
        "yours": _("This complaint is yours here already. You find it under “My complaints”."),
        "staff": _(
            "Somebody who works here cannot take over a customer's complaint. Please pass the link on to the customer."
        ),
        "anonymous": _(
            "Only the complainant knows the secret of an anonymous complaint, so there is no second link."
            " With code and secret they follow it by /status."
        ),
    }[refusal.facts["why"]]


def _wrong_proof(refusal: Refusal) -> str:
    if not (left := refusal.facts["left"]):
        return _("That does not fit either, so this link is closed now. Please ask us for a new one.")
    again = n_(
        "That does not fit. You have {left} more try; after that we have to give you a new link.",
        "That does not fit. You have {left} more tries; after that we have to give you a new link.",
        left,
    )
    return say(again, left=left)


def _not_allowed(refusal: Refusal) -> str:
    if refusal.facts.get("why") == "about_you":
        return _(
            "Nobody records a complaint about themselves. Please erase this draft, and ask a colleague to record it."
        )
    return _("You do not have the right to do this. If you need it, please ask your administrator.")


def _invitation(refusal: Refusal) -> str:
    return {
        "used": _("This invitation has been used already. Please ask your administrator for a new link."),
        "expired": _("This invitation has expired. Please ask your administrator for a new link."),
        "unknown": _("This invitation is not valid. Please check the link, or ask your administrator for a new one."),
        "not_independent": _(
            "Who works for this organisation cannot be a mediator in its disputes, and a mediator cannot work for it."
            " The invitation stays good: please open it with the account of whoever it is for."
        ),
    }[refusal.facts["why"]]


def _barred(refusal: Refusal) -> str:
    if refusal.facts.get("why") == rights.DECIDER:
        return _(
            "Other people review this case now. Until it is decided you have no access to it; you can give a statement."
        )
    if refusal.facts.get("why") == rights.OBJECTED:
        return _("You have no access to this case any more: somebody else is asked to lead it.")
    return _("You have no access to this case any more, because you are not free of conflict in it.")


def _review(refusal: Refusal) -> str:
    return {
        "running": _("A review of this complaint is under way already."),
        "decided": _("This complaint has been reviewed once, which is all we can do ourselves."),
        "too_late": _("The time for a review has passed. The ways outside may still be open: see the complaint."),
        "no_answer": _("There is no final answer yet that could be reviewed. We tell you when a review is open."),
    }[refusal.facts["why"]]


def _vote_refused(refusal: Refusal) -> str:
    return {
        "over": _("This review is over for you: it is decided, or others decide it now. There is nothing left to do."),
        "twice": _("You have voted already. A vote counts once, and cannot be changed."),
        "recused": _("You no longer sit on this review and have no access to the case. Somebody else has the seat."),
        "no_tie": _("The chair votes only if the votes of the committee are tied. You are told if they are."),
    }[refusal.facts["why"]]


def _dispute_refused(refusal: Refusal) -> str:
    return str(OF_DISPUTE[refusal.facts["why"]])


def _terms_refused(refusal: Refusal) -> str:
    """Every contradiction, so that all of them can be put right at once."""
    found = dict.fromkeys(clauses.fault(each) for each in refusal.facts["faults"])
    return paragraphs(_("These terms cannot stand as they are. Please put them right and try again."), lines(*found))


def _steps_missing(refusal: Refusal) -> str:
    """Which steps, by their words, so that nobody has to look for them."""
    steps = (say("❗ {step}", step=plain(each.words[language()])) for each in refusal.facts["steps"])
    return paragraphs(_("Before the answer can go, these steps have to be ticked:"), lines(*steps))


OF_DISPUTE = {
    "held": __("For legal reasons this way cannot begin now. Public bodies and courts stay open to you."),
    "anonymous": __("Nobody can consent without a name. Please say first who you are."),
    "outdated": __("The text has changed since it was shown. Please read it again before you consent."),
    "forwarded": __(
        "This text was passed on from another chat. Please open it from the case itself and consent there."
    ),
    "twice": __("This has been answered already, and counts once."),
    "not_open": __("This is not possible in the way that is tried now. See what can be done instead."),
    "sealed": __(
        "The talks are over, and what was said there is sealed for everybody. Nothing was kept of this message."
    ),
    "must_take_part": __("Law or contract obliges the organisation to take part here: it cannot refuse."),
    "bound": __("Both sides agreed to be bound by the decision, so this way cannot be left before it is there."),
    "no_resolver": __("Nobody leads it yet. You are told as soon as somebody has accepted."),
    "objected": __("You have objected once already, and can do so only once."),
    "too_late": __("The time for this has passed. See what can be done instead."),
    "unsigned": __("It has to be read and signed by somebody else first. They have been asked, and you are told."),
    "own_work": __("Nobody signs their own work. Somebody else has to read and sign it."),
    "pending": __("Something else waits for an answer or a signature already. Please settle that first."),
}

OF_APPROVAL = {
    "own": __("Nobody approves their own answer. Somebody else was asked, and you are told."),
    "not_above": __("Somebody above its author, or the legal adviser, has to approve this answer. They were asked."),
    "nobody": __(
        "This answer needs the approval of somebody else, and there is nobody who could give it. Please have a"
        " supervisor or a legal adviser invited (/invite) and send it again."
    ),
}

WORDS: dict[str, Callable[[Refusal], str]] = {
    "not_allowed": _not_allowed,
    "claim_refused": _claim_refused,
    "wrong_proof": _wrong_proof,
    "name_needed": lambda r: _(
        "This remedy cannot be carried out for somebody without a name. Once the name is given, it can be accepted."
    ),
    "not_found": _not_found,
    "illegal_move": lambda r: _("This is not possible at the present stage."),
    "stale": lambda r: _("This step is already behind us."),
    "conflict": lambda r: _("Somebody else changed this at the same moment. Please try again."),
    "approval_refused": lambda r: str(OF_APPROVAL[r.facts["why"]]),
    "incomplete": _incomplete,
    "invalid": _invalid,
    "too_many": lambda r: say(
        _("A complaint can hold at most {limit} files. Please describe the rest in words."),
        limit=r.facts["limit"],
    ),
    "wrong_secret": lambda r: _(
        "Code and secret do not belong together. Please check both and send the secret again. After five wrong secrets"
        " a complaint can no longer be opened with one."
    ),
    "invitation_refused": _invitation,
    "no_more_time": lambda r: _(
        "The date cannot be put off any more: it was put off before, it has passed, or it is the longest there is."
        " Say on the card why it is late; the customer is told."
    ),
    "barred": _barred,
    "review_refused": _review,
    "vote_refused": _vote_refused,
    "dispute_refused": _dispute_refused,
    "terms_refused": _terms_refused,
    "steps_missing": _steps_missing,
    "inquiry_refused": lambda r: {
        "taken": _("A colleague has taken this question already."),
        "over": _("This question does not wait for an answer any more."),
        "too_many": _("Six questions wait for an answer already. Please withdraw one, or wait for them."),
    }[r.facts["why"]],
    "remedy_refused": special_refusals.remedy,
    "set_aside_refused": special_refusals.set_aside,
    "account_refused": special_refusals.account,
    "action_refused": lambda r: {
        "not_now": _("This is not possible with the action as it stands now. Please open it to see what is."),
        "changed": _("The action has changed meanwhile. Please open it and look at it again."),
    }[r.facts["why"]],
    "reopen_too_late": lambda r: _("The time for reopening has passed. You can make a new complaint at any time."),
}


def _group(said: Message | CallbackQuery) -> int | None:
    """The group in which it was said, if it was one."""
    message = said.message if isinstance(said, CallbackQuery) else said
    return message.chat.id if message and message.chat.type != ChatType.PRIVATE else None


def _said(update: Update) -> tuple[Message | CallbackQuery | None, User | None]:
    said = update.message or update.callback_query
    return said, said.from_user if said else None
