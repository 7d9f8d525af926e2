"""Whose a case is, as the staff read it: hidden until somebody asks for it, with a reason (S35, S36).

No other text for the staff speaks of a complainant's name, of their contact, or of for whom they act; papers, and what
both sides consent to, name the parties in full.
"""

from backoffice import reading, rights
from backoffice.contacts import HIDDEN, masked
from backoffice.reading import Identity
from backoffice.work import Work
from bot import special_cards
from bot.i18n import _, __
from bot.texts import Html, lines, say
from storage.complaints import Complaint

REASONS = {
    reading.CALL: __("To call or write to the customer"),
    reading.IDENTITY: __("To check who it is"),
    reading.REMEDY: __("To carry out the remedy"),
    reading.CONFLICT: __("To know whether I am free of conflict"),
    reading.OTHER: __("Another reason"),
}


def customer(complaint: Complaint) -> Html:
    """That there is a name; of who gave none, that."""
    return say(_("Customer: {name}"), name=_name(complaint, HIDDEN))


def contact(work: Work, complaint: Complaint) -> Html | None:
    """How it can be known again, for those who can use it."""
    if not complaint.contact or not rights.may(work.actor, "read_all", complaint):
        return None
    return say(_("Contact: {contact}"), contact=masked(complaint.contact))


def to_pass_on(complaint: Complaint) -> Html:
    """In full, for who has something to tell them by phone or letter now, or carries out what they were promised."""
    return lines(
        say(_("Customer: {name}"), name=_name(complaint, complaint.name)),
        special_cards.represented(complaint, complaint.acting_for),
        say(_("Contact: {contact}"), contact=complaint.contact) if complaint.contact else None,
    )


def shown(complaint: Complaint, whose: Identity) -> Html:
    """What was handed out."""
    return lines(
        say(_("Customer: {name}"), name=whose.name or _name(complaint, None)),
        special_cards.represented(complaint, whose.acting_for) if whose.acting_for else None,
        *(say(_("Contact: {contact}"), contact=each) for each in whose.contacts),
    )


def _name(complaint: Complaint, name: str | None) -> str:
    if complaint.anonymous:
        return Html(_("anonymous"))
    return name if complaint.name and name else Html(_("name not given"))
