"""Every word of business customers: their card, and what a case says of the one that it is of."""

from backoffice import account_cases, accounts, clocks, people, rights
from backoffice.accounts import Listed
from backoffice.customer_side import deciders
from backoffice.organisation_file import Limit, parse_limit
from backoffice.work import Work
from bot.i18n import _, __, n_
from bot.limit_words import TARGETS
from bot.texts import Html, bold, lines, paragraphs, quote, say
from storage.accounts import DECISION, READ, REPORT, Account, Clause, Contact, clauses_of, contacts_of, of_person
from storage.complaints import Complaint
from storage.people import Person

ROLES = {DECISION: __("decides"), REPORT: __("complains and follows"), READ: __("follows")}
MEANINGS = {
    DECISION: __("They complain, follow every case of the company, and accept or refuse for it."),
    REPORT: __("They complain for the company and follow its cases."),
    READ: __("They follow the cases of the company."),
}
YOURS = {
    DECISION: __("You complain, follow every complaint of the company, and accept or refuse for it."),
    REPORT: __("You complain for the company and follow its complaints."),
    READ: __("You follow the complaints of the company."),
}
BINDS = {
    "facilitative": __("binds both sides to mediation"),
    "determinative": __("binds both sides to arbitration"),
}
LIMITS = {
    name: TARGETS[name]
    for name in (
        "assessment",
        "first_response",
        "final_response",
        "counter_answer",
        "implementation",
        "refund",
        "containment",
        "progress_update",
    )
}


# ------------------------------------------------------------------ the account


def card(work: Work, found: Listed) -> Html:
    """Who looks after it, its contract, its own deadlines, who speaks for it."""
    account = found.account
    return paragraphs(
        head(account),
        lines(
            say(_("Ended on {date}"), date=account.ended_at) if account.ended_at else None,
            say(_("Account manager: {name}"), name=named(found.manager)),
            say(_("Contract: {reference}"), reference=account.contract) if account.contract else None,
            say(n_("{count} open case", "{count} open cases", found.open), count=found.open),
        ),
        clauses(work, account),
        limits(account),
        contacts(work, account),
    )


def head(account: Account) -> Html:
    return bold(say("{name}", name=account.name))


def line(found: Listed) -> Html:
    """Two lines of a list."""
    count = say(n_("{count} open case", "{count} open cases", found.open), count=found.open)
    who = say("{name} · {turn}", name=named(found.manager), turn=count)
    return lines(say("{name}", name=found.account.name), who)


def named(person: Person | None) -> str:
    return (person and person.name) or Html(_("nobody yet"))


def called(person: Person) -> str:
    return person.name or Html(_("name not given"))


def clauses(work: Work, account: Account) -> Html | None:
    found = clauses_of(work.db, account.id)
    return (
        lines(Html(_("The contract says:")), *(say("• {text}", text=each.title) for each in found)) if found else None
    )


def limits(account: Account) -> Html | None:
    """Those that are shorter than for others, or should be: where ours end sooner, ours count."""
    own = [(name, limit) for name in LIMITS if (limit := parse_limit(account.limits.get(name)))]
    if not own:
        return None
    shown = (say("{indicator}: {measure}", indicator=Html(LIMITS[name]), measure=length(each)) for name, each in own)
    return lines(Html(_("Own deadlines, where they end sooner than ours:")), *shown)


def length(limit: Limit) -> Html:
    words = {
        "min": n_("{count} minute", "{count} minutes", limit.amount),
        "h": n_("{count} hour", "{count} hours", limit.amount),
        "wh": n_("{count} working hour", "{count} working hours", limit.amount),
        "bd": n_("{count} business day", "{count} business days", limit.amount),
        "cd": n_("{count} calendar day", "{count} calendar days", limit.amount),
    }
    return say(words[limit.unit], count=limit.amount)


def contacts(work: Work, account: Account) -> Html:
    found = contacts_of(work.db, account.id)
    if not found:
        return Html(_("Nobody of the company has joined yet."))
    return lines(Html(_("Contacts:")), *(contact(each, person) for each, person in found))


def contact(held: Contact, person: Person) -> Html:
    return say("{name} · {role}", name=called(person), role=Html(ROLES[held.role]))


def clause(found: Clause) -> Html:
    """A clause in full, and to what it binds."""
    binds = Html(BINDS[found.binds]) if found.binds else None
    return paragraphs(bold(say("{name}", name=found.title)), quote(found.text, accounts.MAX_CLAUSE), binds)


# ------------------------------------------------------------------ a case of it


def on_case(work: Work, complaint: Complaint) -> Html | None:
    """For the card of the staff: of which account, who looks after it, and that its date is one of the contract."""
    account = account_cases.account_of(work, complaint)
    if account is None:
        return None
    manager = people.name_of(work, account.manager_id)
    return lines(
        say(_("Account: {name}"), name=account.name),
        say(_("Account manager: {name}"), name=manager) if manager else None,
        by_contract(work, complaint),
    )


def by_contract(work: Work, complaint: Complaint) -> Html | None:
    main = clocks.main_of(work, complaint) if complaint.account_id else None
    return Html(_("The date is the one of the contract.")) if main is not None and main.by_contract else None


def for_customer(work: Work, complaint: Complaint) -> Html | None:
    """For whoever follows it: for which company it was made, and by whom."""
    account = account_cases.account_of(work, complaint)
    return lines(made_for(account), made_by(work, complaint), by_contract(work, complaint)) if account else None


def made_for(account: Account) -> Html:
    return say(_("Company: {name}"), name=account.name)


def made_by(work: Work, complaint: Complaint) -> Html | None:
    """Who complained, where several of a company follow the case."""
    if complaint.account_id is None:
        return None
    if complaint.customer_id == work.actor.id:
        return Html(_("Made by you"))
    return say(_("Made by {name}"), name=filer(work, complaint))


def filer(work: Work, complaint: Complaint) -> str:
    return complaint.name or people.name_of(work, complaint.customer_id) or Html(_("name not given"))


def of_submission(work: Work, draft: Complaint) -> Html | None:
    """For which company it will be, where that is no question."""
    able = [] if draft.anonymous or draft.company else account_cases.mine(work)
    return made_for(able[0]) if len(able) == 1 else None


def agreed(work: Work, complaint: Complaint) -> Html | None:
    """The clause by which both sides go to a third party, as the contract has it (S21)."""
    found = account_cases.bound(work, complaint)
    if not found:
        return None
    return paragraphs(_("The contract says:"), *(clause(each) for each in found))


def who_decides(work: Work, complaint: Complaint) -> Html:
    """By name, so that whoever may not knows whom to ask."""
    found = [each for each in deciders(complaint) if each != work.actor.id]
    names = [filer(work, complaint) if each == complaint.customer_id else _name(work, each) for each in found]
    return paragraphs(
        _("You cannot do this for your company."),
        lines(Html(_("Please ask one of those who can:")), *(say("• {text}", text=each) for each in names)),
    )


def role_of(work: Work, person_id: int, account_id: int) -> str | None:
    """What somebody may do there now; None for who does not belong to it any more."""
    return next((held.role for held, account in of_person(work.db, person_id) if account.id == account_id), None)


def may_manage(work: Work, action: str, account: Account) -> bool:
    """Whether the button is drawn."""
    return account.ended_at is None and rights.may(work.actor, action)


def _name(work: Work, person_id: int) -> str:
    return people.name_of(work, person_id) or Html(_("name not given"))
