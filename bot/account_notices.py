"""What business customers hear, and whoever looks after them."""

from backoffice import account_cases
from backoffice.account_cases import TO_DECIDE
from backoffice.disputes.phases import CHOOSING, is_in
from backoffice.stages import Stage
from bot import account_cards, cards, severity_notices
from bot.customer.mine import case_buttons
from bot.i18n import _, __
from bot.keyboards import SUCCESS, Business, Go, button, keyboard, own
from bot.notice import Notice, Said, brief, template
from bot.texts import Html, bold, language, lines, paragraphs, say
from storage.accounts import Account

NEWS = {
    "received": __("A business customer of yours has complained."),
    account_cases.LINKED: __("A complaint was found to be one of a business customer of yours."),
    account_cases.CRITICAL: __("⚠️ A complaint of a business customer of yours is critical."),
    "answered": __("A business customer of yours has our answer."),
    "review_asked": __("A business customer of yours asks other people to look at a complaint again."),
    "review_decided": __("The review of a business customer's complaint is decided."),
    account_cases.DEADLOCK: __("With a business customer of yours we could not agree: the ways outside are open."),
    account_cases.OUTCOME: __("A dispute with a business customer of yours has a result."),
    account_cases.CLOSED: __("A complaint of a business customer of yours is closed."),
    "reopened": __("A complaint of a business customer of yours is open again."),
}


# ------------------------------------------------------------------ to who looks after it


@template
def account_news(notice: Notice) -> Said:
    account = account_cases.account_of(notice.work, notice.case)
    closed = notice.work.organisation.closure_reasons.get(notice.case.closed_reason or "")
    reason = closed[language()] if closed and notice.params["what"] == account_cases.CLOSED else None
    return brief(
        notice,
        str(NEWS[notice.params["what"]]),
        lines(
            account_cards.made_for(account) if account else None,
            say(_("Made by {name}"), name=account_cards.filer(notice.work, notice.case)),
            say(_("Reason: {reason}"), reason=Html(reason)) if reason else None,
        ),
    )


@template
def account_yours(notice: Notice) -> Said:
    account = _account(notice)
    text = paragraphs(
        bold(_("You look after a business customer from now on.")),
        say("{name}", name=account.name),
        _("You read its cases and hear what happens with them."),
    )
    return text, keyboard(button(_("Open the account"), Business(do="card", number=account.id), SUCCESS))


@template
def account_unmanaged(notice: Notice) -> Said:
    account = _account(notice)
    text = paragraphs(
        bold(_("⚠️ Nobody looks after a business customer any more.")),
        say("{name}", name=account.name),
        _("Its account manager has left. Please name somebody else."),
    )
    return text, keyboard(button(_("Open the account"), Business(do="card", number=account.id), SUCCESS))


# ------------------------------------------------------------------ to the customer's side


@template
def complaint_of_account(notice: Notice) -> Said:
    """That a complaint is handled as one of their company from now on, or not any more; or that it is now theirs."""
    account = notice.work.db.get(Account, notice.params["account"] or 0)
    if notice.params.get("handed"):
        title = _("You now follow a complaint of your company: whoever made it has left.")
        more = _("You receive our messages about it here.")
    elif account is None:
        title = _("Your complaint is not handled as one of a company any more.")
        more = _("Only you follow it. No date becomes later by that.")
    else:
        title = say(_("Your complaint is handled as one of {name}."), name=account.name)
        more = _(
            "Others of the company can follow it here, and what its contract says counts for it. If that is not right,"
            " please tell us here."
        )
    text = paragraphs(bold(title), more, severity_notices.new_date(notice), cards.footer(notice.work, notice.case))
    return text, keyboard(button(_("Show the complaint"), own("show", notice.case)))


@template
def account_decides(notice: Notice) -> Said | None:
    """To those who may decide for the company, on what a colleague complained of."""
    if Stage(notice.case.stage) not in TO_DECIDE and not is_in(notice.case, *CHOOSING):
        return None  # it was decided before this could go
    text = paragraphs(
        bold(_("A complaint of your company waits for your decision.")),
        account_cards.for_customer(notice.work, notice.case),
        cards.footer(notice.work, notice.case),
    )
    return text, case_buttons(notice.work, notice.case)


@template
def account_role(notice: Notice) -> Said:
    """What somebody may do for the company now."""
    account = _account(notice)
    role = account_cards.role_of(notice.work, notice.person.id, account.id)
    if role is None:
        text = paragraphs(
            bold(say(_("You do not speak for {name} here any more."), name=account.name)),
            _("Its complaints go on with its other contacts. What you complain of yourself stays yours."),
        )
    else:
        title = say(_("What you can do for {name} here has changed."), name=account.name)
        text = paragraphs(bold(title), str(account_cards.YOURS[role]))
    return text, keyboard(button(_("My complaints"), Go(to="mine")))


def _account(notice: Notice) -> Account:
    return notice.work.db.get_one(Account, notice.params["account"])
