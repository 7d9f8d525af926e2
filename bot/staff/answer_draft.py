"""An answer while it is written: what there is of it, and the last look before it goes."""

from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import answers, approvals, complaints, errors, handling, people, rights
from backoffice.answers import Draft
from backoffice.work import Work
from bot import answer_words
from bot.i18n import _
from bot.keyboards import SUCCESS, Desk, Row, button, desk, keyboard
from bot.material import words_within
from bot.panel import Event, show
from bot.texts import Html, bold, paragraphs, say
from storage.complaints import Complaint

STEPS = 4
REASONS, WORDS = 1500, 600  # letters; the customer reads all of it in one message


async def preview(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """What will be sent; nothing has gone yet."""
    draft = await drafted(state, complaint)
    await state.set_state(None)
    await state.update_data(whole=True, adding=False)
    why = approvals.needed(work, complaint, draft)
    asked = approvals.approvers(work, complaint, draft, handling.staff_id(work)) if why else []
    text = paragraphs(
        bold(_("Please read it once more before it goes.")),
        *answer_words.parts(work, draft),
        _("The next route for who is not satisfied is added by itself."),
        approval(work, why, [each.id for each in asked]) if why else None,
    )
    await show(event, state, text, last_look(complaint, draft, asked), complaint=complaint, party="staff")


def last_look(complaint: Complaint, draft: Draft, asked: object) -> InlineKeyboardMarkup:
    return keyboard(
        button(_("Send it for approval") if asked else _("Send the answer"), desk("send", complaint), SUCCESS),
        button(_("Change or add something"), desk("parts", complaint)),
        None if draft.because else button(_("Write it again"), desk("answer", complaint)),
        cancel(complaint),
    )


def approval(work: Work, why: list[str], asked: list[int]) -> Html:
    """Who reads it before it goes; where nobody else could, what becomes of that."""
    if asked:
        names = answer_words.named([people.name_of(work, each) for each in asked])
        return paragraphs(answer_words.because_of(why), say(_("It is put before: {names}"), names=names))
    if work.organisation.approval.if_nobody == "wait":
        nobody = _("Nobody else can give it. Please have a supervisor or a legal adviser invited (/invite) first.")
    else:
        nobody = _("Nobody else can give it, so the answer goes without. That is recorded.")
    return paragraphs(answer_words.because_of(why), nobody)


# ------------------------------------------------------------------ what all steps need


async def in_hand(data: Desk, state: FSMContext, work: Work) -> Complaint:
    """The case of the button, if it is the one that is being answered: an answer must not stray to another."""
    complaint = complaints.find(work, data.code)
    rights.require(work, "answer", complaint)
    if (await state.get_data()).get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    return complaint


async def parts(state: FSMContext) -> dict[str, Any]:
    return (await state.get_data()).get("answer") or {}


async def keep(state: FSMContext, **part: Any) -> None:
    await state.update_data(answer={**await parts(state), **part})


async def detail(state: FSMContext, **known: str) -> None:
    """Something about the remedy that was named last."""
    *before, last = (await parts(state)).get("remedies") or [{}]
    await keep(state, remedies=[*before, {**last, **known}])


async def is_whole(state: FSMContext) -> bool:
    """Whether it was looked at once already: whatever is changed then leads back to the last look."""
    return bool((await state.get_data()).get("whole"))


async def drafted(state: FSMContext, complaint: Complaint) -> Draft:
    """The answer, as far as it can be sent. Raises errors.Stale for a button of a step that was left out."""
    known = await parts(state)
    if not {"decision", "reasons", "remedies"} <= set(known) or not known["remedies"]:
        raise errors.Stale(complaint=complaint.id)
    return answers.draft_of(known)


def may_add(given: dict[str, Any]) -> bool:
    codes = [each["code"] for each in given.get("remedies") or []]
    return 0 < len(codes) < answers.MAX_REMEDIES and answers.NOTHING not in codes


async def text_of(message: Message, state: FSMContext, complaint: Complaint, limit: int = WORDS) -> str | None:
    """The words of a message; anything else is asked for again, and the step stays."""
    words = words_within(message, limit)
    if words is not None:
        return words
    text = Html(
        _("Please write it as text. Photos and files can be sent to the customer with “Write to the customer”.")
    )
    back = "preview" if await is_whole(state) else "answer"
    await show(message, state, text, keyboard(back_to(back, complaint)), complaint=complaint, party="staff")
    return None


def lines_of(written: str | None) -> Html | None:
    return answer_words.quoted(written, REASONS) if written else None


def step(number: int) -> str:
    return say(_("Answer, {number} of {total}"), number=number, total=STEPS)


def back_to(do: str, complaint: Complaint) -> Row:
    return [button(_("Back"), desk(do, complaint)), cancel(complaint)]


def cancel(complaint: Complaint) -> InlineKeyboardButton:
    return button(_("Cancel"), desk("show", complaint))
