"""What people are told of special cases: merged, out of scope, opened again."""

from aiogram.types import InlineKeyboardMarkup

from backoffice import people, scope
from backoffice.work import Work
from bot import cards, special_cards
from bot.i18n import _
from bot.keyboards import SUCCESS, Row, button, desk, keyboard, own
from bot.notice import Notice, Said, brief, door, template
from bot.texts import Html, bold, lines, paragraphs, quote, say
from storage.complaints import Complaint, Entry, by_id
from storage.special import Exclusion


@template
def complaint_merged(notice: Notice) -> Said:
    master = _other(notice, "master_id")
    text = paragraphs(
        bold(_("We have put two of your complaints together.")),
        say(
            _(
                "They are about the same matter, so you have one number to follow: {code}. Nothing of what you sent is"
                " lost, and no date becomes later."
            ),
            code=special_cards.code(master),
        ),
        _("If this is another matter, please say so: it is then handled separately again."),
        cards.footer(notice.work, notice.case),
    )
    return text, keyboard(
        button(_("Show the complaint that goes on"), own("show", master), SUCCESS),
        button(_("This is another matter"), own("another_matter", notice.case)),
    )


@template
def complaint_unmerged(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("Your complaint is handled separately again.")),
        _("We had put it together with another one, and that was a mistake. It has its own number and date again."),
        cards.footer(notice.work, notice.case),
    )
    return text, _to_case(notice.case)


@template
def merged_in(notice: Notice) -> Said:
    part = _other(notice, "part_id")
    return brief(
        notice,
        _("Another complaint of the same customer is a part of your case now."),
        say(_("Merged into this one: {code}"), code=special_cards.code(part)),
        cards.story(notice.work, part, limit=600),
    )


@template
def merge_contested(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ It was no duplicate: the case is separate again."),
        _("It has its own dates again. What has passed meanwhile is due by the end of the next business day."),
    )


@template
def out_of_scope(notice: Notice) -> Said:
    exclusion = notice.work.db.get_one(Exclusion, notice.params["exclusion_id"])
    text = paragraphs(
        bold(_("We cannot decide on your complaint here.")),
        lines(Html(_("Why:")), quote(special_cards.reason(notice.work, exclusion))),
        special_cards.place_line(notice.work, exclusion),
        cards.footer(notice.work, notice.case),
    )
    return text, keyboard(
        button(_("I do not agree"), own("contest_scope", notice.case)),
        button(_("Show the complaint"), own("show", notice.case)),
    )


@template
def exclusion_proposed(notice: Notice) -> Said:
    text, _way = brief(
        notice,
        _("⚠️ A colleague proposes to put a case out of scope."),
        special_cards.proposal(notice.work, notice.case),
        cards.story(notice.work, notice.case, limit=600),
        _("Until you decide, the work on it goes on and its date stays."),
    )
    return text, keyboard(*judging(notice.work, notice.case), door(notice.work, notice.case))


def judging(work: Work, complaint: Complaint) -> list[Row]:
    """The two ways to decide on a proposal."""
    pending = scope.waiting(work, complaint)
    number = str(pending.id) if pending else "0"
    return [
        [button(_("It is out of scope"), desk("exclude", complaint, number))],
        [button(_("It is ours to handle"), desk("include", complaint, number), SUCCESS)],
    ]


@template
def exclusion_decided(notice: Notice) -> Said:
    exclusion = notice.work.db.get_one(Exclusion, notice.params["exclusion_id"])
    if exclusion.upheld:
        return brief(notice, _("The case is out of scope. The customer has been told why, and where to turn."))
    return brief(notice, _("The case is in scope: please go on with it."))


@template
def exclusion_contested(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ The customer does not agree that the case is out of scope."),
        _("It is open again. If it is out of scope all the same, only somebody who has not decided on it can say so."),
    )


@template
def withdrawal_recorded(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("We have noted that you withdraw your complaint.")),
        _("You asked us for it outside this chat. If that is not so, or you change your mind, reopen it with one tap."),
        cards.footer(notice.work, notice.case),
    )
    return text, keyboard(button(_("Reopen"), own("reopen", notice.case)), *_to_case(notice.case).inline_keyboard)


@template
def withdrawn_but_unsafe(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ A case that concerns safety was withdrawn. It stays with us as an internal case."),
        _("We no longer owe the customer an answer, but the cause must be found, and the harm stopped."),
    )


@template
def reopened_for_you(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("We look at your complaint again.")),
        _("Something new has come up, so we have opened it again. You need not do anything."),
        cards.footer(notice.work, notice.case),
    )
    return text, _to_case(notice.case)


@template
def case_reopened_inside(notice: Notice) -> Said:
    return brief(
        notice,
        _("The case is open again, because something new has come up."),
        _("Please look at it again and answer anew."),
    )


@template
def asked_for_kindness(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("We understand that you are upset.")),
        _("People read what you write, and want to help. Please tell us what happened without words that hurt them."),
        _("Your complaint goes on as before, and all that you send is kept."),
        cards.footer(notice.work, notice.case),
    )
    return text, _to_case(notice.case)


@template
def written_only(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("Please write to us from now on.")),
        _(
            "What you send as a photo, a voice message or a file is kept with your complaint and looked at when it is"
            " needed; what you write is read first. Your rights and all dates stay as they are."
        ),
        cards.footer(notice.work, notice.case),
    )
    return text, _to_case(notice.case)


@template
def written_only_lifted(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("You can send us everything again as before.")),
        _("Photos, voice messages and files reach those who handle your complaint at once."),
        cards.footer(notice.work, notice.case),
    )
    return text, _to_case(notice.case)


@template
def words_marked(notice: Notice) -> Said:
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    who = people.name_of(notice.work, notice.params["by"]) or Html(_("nobody yet"))
    return brief(
        notice,
        say(_("{name} has marked words of a customer as abusive."), name=who),
        quote(entry.text if entry else None),
        _("If you see it otherwise, open the case and have files sent on again."),
    )


@template
def kept_for_law(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("Your complaint is kept for legal reasons.")),
        _(
            "Until that ends, nothing in it is erased, and no third party can begin. Public bodies and courts stay open"
            " to you, and our work on your complaint goes on."
        ),
        cards.footer(notice.work, notice.case),
    )
    return text, _to_case(notice.case)


@template
def kept_no_longer(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("Your complaint need not be kept for legal reasons any more.")),
        _("Everything is as it was before."),
        cards.footer(notice.work, notice.case),
    )
    return text, _to_case(notice.case)


@template
def case_held(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚖️ Your case is kept for legal reasons."),
        _("Go on with it as before; nothing in it may be erased, and no third party can begin."),
    )


@template
def case_hold_lifted(notice: Notice) -> Said:
    return brief(notice, _("Your case need not be kept for legal reasons any more."))


def _other(notice: Notice, name: str) -> Complaint:
    found = by_id(notice.work.db, notice.params[name])
    assert found is not None  # noqa: S101 - a case is never removed
    return found


def _to_case(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Show the complaint"), own("show", complaint), SUCCESS))
