"""The sides of a dispute as its surface meets them: who somebody is, where they come from, how what they read ends."""

from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backoffice import complaints, errors, rights
from backoffice.disputes import speaking
from backoffice.disputes.phases import DIRECT
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from backoffice.work import Work
from bot import cards as case_cards
from bot.disputes import cards
from bot.i18n import _
from bot.keyboards import button, desk, matter, own
from bot.panel import Event, show
from bot.texts import Code, Html, lines, say
from storage.complaints import Complaint
from storage.disputes import Referral


def find(work: Work, code: str) -> tuple[Complaint, str]:
    """The case, and for which side the actor speaks in its dispute. Raises as `rights.require` does."""
    complaint = complaints.find(work, code)
    return complaint, rights.side(work, complaint)


async def current(state: FSMContext, work: Work) -> tuple[Complaint, str]:
    """The same, of the question that stands."""
    return find(work, (await state.get_data()).get("code", ""))


def way(work: Work, complaint: Complaint) -> Referral:
    """The way that is tried now. Raises errors.Stale."""
    if (found := cards.current(work, complaint)) is None:
        raise errors.Stale(complaint=complaint.id)
    return found


def home(work: Work, complaint: Complaint) -> InlineKeyboardButton:
    """Back to what somebody of this side sees first of the dispute."""
    match cards.party(work, complaint):
        case "customer":
            return button(_("Show the complaint"), own("show", complaint))
        case "resolver":
            return button(_("Open the file of the dispute"), matter("med_file", complaint))
        case _ if complaint.dispute_id is not None and rights.may(work.actor, "see_disputes"):
            return button(_("Open the dispute"), desk("dispute", complaint))
        case _:
            return button(_("Open the case"), desk("show", complaint))


def ending(work: Work, complaint: Complaint, party: str | None = None) -> Html:
    """The lines about the case that every message has: for its customer at the end, for all others as a heading."""
    party = party or cards.party(work, complaint)
    if party == "customer":
        return case_cards.footer(work, complaint)
    if complaint.dispute_id is None:  # it is over meanwhile
        return lines(say("{code}", code=Code(complaint.code or "")), Html(case_cards.turn(complaint)))
    return cards.head(work, complaint)


def framed(work: Work, complaint: Complaint, title: Html, *parts: str | None, short: bool = False) -> Html:
    """A title and its parts, with those lines in their place. `short`: who reads it often needs only the code."""
    short = short and cards.party(work, complaint) != "customer"
    about = say("{code}", code=Code(complaint.code or "")) if short else ending(work, complaint)
    ordered = [*parts, about] if cards.party(work, complaint) == "customer" else [about, *parts]
    return Html("\n\n".join(part for part in (title, *ordered) if part))


async def tell(
    event: Event,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    text: Html,
    buttons: InlineKeyboardMarkup,
    **how: Any,
) -> None:
    """Show a step of the dispute to whichever side it is; `how` is the panel's."""
    await show(event, state, text, buttons, complaint=complaint, party=cards.party(work, complaint), **how)


def named(side: str, referral: Referral | None) -> Html:
    """A side in words; a mediator has a name, the others speak for their side."""
    word = Html(cards.SIDES[side])
    name = referral.resolver_name if referral and side == RESOLVER else None
    return say(_("{side} {name}"), side=word, name=name) if name else word


def speaks_for(work: Work, complaint: Complaint, side: str) -> bool:
    """Whether the actor's word is that side's: of the organisation one person speaks at a time."""
    return side == CUSTOMER or (side == ORGANISATION and speaking.speaks(work, complaint))


def is_direct(referral: Referral | None) -> bool:
    return referral is not None and referral.method == DIRECT
