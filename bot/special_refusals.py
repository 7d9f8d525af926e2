"""Why a case cannot be set aside so, a remedy not be carried out, or a business customer not kept so, and what can be
done instead."""

from backoffice.errors import OfficeError
from bot.i18n import __

SET_ASIDE = {
    "anonymous": __("An anonymous case is never tied to another one. Please answer it separately."),
    "other_customer": __("Only two cases of the same customer can be merged. Please choose from the list."),
    "later": __("Only an older case can go on for both, so that no date is lost. Please merge that one into this one."),
    "over": __("That case is closed and cannot be opened again. Please handle this one separately."),
    "elsewhere": __(
        "Other people work on that case now. Please handle this one separately, or wait for their decision."
    ),
    "contested": __("These two were put together once, and that was found to be wrong. Please handle each separately."),
    "nobody": __("Nobody on the team can decide that a case is out of scope. Please answer it instead."),
    "first": __(
        "It was put out of scope before, and the customer contested it. Only somebody who had no part in that can do so"
        " again; if there is nobody, please answer the case."
    ),
    "lawyers": __("Only the legal department decides on this. Please ask them."),
    "waits": __("It is proposed as out of scope already. Please wait for the decision, or decide on it."),
}
ACCOUNT = {
    "closed": __("This case is closed. Only an open one can be put under an account."),
    "anonymous": __("An account would show whose an anonymous case is. Please handle it without one."),
    "linked": __("The case is of this account already."),
    "unlinked": __("The case belongs to no business customer."),
    "ended": __("This account has ended, and nothing of it can be changed."),
    "taken": __("There is an account of this name already. Please open that one."),
    "staff": __("Who works here cannot speak for a customer. Please pass the link on to the customer."),
    "there": __("You belong to this company here already. You find its cases under “My complaints”."),
    "full": __("There is no room for another one. Please remove one first."),
    "limit": __("Please write a whole number from 1 to 365."),
    "link_unknown": __("This link leads nowhere. Please check that it is complete, or ask us for a new one."),
    "link_used": __("This link has been used already: it works once. Please ask us for a new one."),
    "link_expired": __("This link has expired. Please ask us for a new one."),
}


def account(refusal: OfficeError) -> str:
    return str(ACCOUNT[refusal.facts["why"]])


def set_aside(refusal: OfficeError) -> str:
    return str(SET_ASIDE[refusal.facts["why"]])


REMEDY = {
    "twice": __("This has been recorded as done already."),
    "over": __("This remedy is not to be carried out any more."),
}


def remedy(refusal: OfficeError) -> str:
    return str(REMEDY[refusal.facts["why"]])
