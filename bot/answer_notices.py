"""What is told of answers: the answer itself, who is to approve it, what the customer suggests, and of risks."""

from backoffice import approvals, people, rights
from bot import answer_cards
from bot.customer.answers import answer_buttons
from bot.i18n import _, __
from bot.keyboards import SUCCESS, button, desk, keyboard
from bot.notice import Notice, Said, brief, door, template
from bot.staff import approving
from bot.texts import Html, quote, say
from storage.answers import Proposal
from storage.complaints import Entry

LONG = 3000  # letters of what somebody wrote
RISKS = {
    ("legal", "marked"): __("⚠️ A legal risk is marked on a case."),
    ("legal", "hint"): __("⚠️ A customer's words hint at a legal risk."),
    ("publicity", "marked"): __("⚠️ A publicity risk is marked on a case."),
    ("publicity", "hint"): __("⚠️ A customer's words hint at a publicity risk."),
}


@template
def complaint_answered(notice: Notice) -> Said:
    text = answer_cards.answer_text(notice.work, notice.case, notice.params["answer_id"])
    return text, answer_buttons(notice.work, notice.case)


@template
def approval_wanted(notice: Notice) -> Said | None:
    """The whole answer, with what can be done; nothing once it was decided on."""
    proposal = notice.work.db.get_one(Proposal, notice.params["proposal"])
    if approvals.waiting(notice.work, notice.case) is not proposal:
        return None
    return approving.proposed(notice.work, notice.case, proposal), approving.choices(notice.work, notice.case)


@template
def answer_approved(notice: Notice) -> Said:
    return brief(notice, _("✅ The answer is approved and on its way to the customer."), _by(notice))


@template
def answer_returned(notice: Notice) -> Said:
    entry = notice.work.db.get_one(Entry, notice.params["entry_id"])
    text, _way = brief(notice, _("The answer is not approved yet."), _by(notice), quote(entry.text, LONG))
    able = rights.may(notice.work.actor, "answer", notice.case)
    resume = button(_("Change the answer"), desk("resume", notice.case), SUCCESS) if able else None
    return text, keyboard(resume, door(notice.work, notice.case))


@template
def answer_taken_back(notice: Notice) -> Said:
    return brief(notice, _("An answer that waited for approval was taken back by its author."))


@template
def counter_offered(notice: Notice) -> Said:
    entry = notice.work.db.get_one(Entry, notice.params["entry_id"])
    return brief(
        notice,
        _("The customer suggests something else."),
        quote(entry.text, LONG) or None,
        _("Please look at it and answer anew."),
    )


@template
def risk_marked(notice: Notice) -> Said:
    return brief(
        notice,
        str(RISKS[notice.params["risk"], notice.params["how"]]),
        _("The severity is high at least, and somebody else reads the answer before it goes."),
        _("If it is none, remove the mark: it is under “More” on the card.")
        if notice.params["how"] == "hint"
        else None,
    )


def _by(notice: Notice) -> Html | None:
    name = people.name_of(notice.work, notice.params["by"])
    return say(_("Decided by: {name}"), name=name) if name else None
