"""What the sides of a mediation and whoever leads it are told: what is said in the rooms, and how it goes on.

What was said in a room is worded only for who may still enter it at the moment at which it goes.
"""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton

from backoffice import rights
from backoffice.disputes import mediation, speaking
from backoffice.disputes.phases import Phase, is_in
from bot.disputes import cards, leading, mediating, rooms, sides
from bot.i18n import _, __
from bot.keyboards import SUCCESS, Go, button, keyboard, matter
from bot.notice import Call, Notice, Said, album, one_file, template
from bot.texts import Code, Html, bold, lines, paragraphs, quote, say
from storage.clocks import Deadline
from storage.complaints import Attachment
from storage.disputes import Referral, Talk

PIECES = 2400  # UTF-16 units of all that is quoted in one message

# ------------------------------------------------------------------ from the rooms


@template
def talk(notice: Notice) -> Said | None:
    """What was said meanwhile, each piece with who said it; a reply goes into the same room."""
    found = _readable(notice, [part["talk_id"] for part in notice.parts])
    if not found:
        return None
    room, side = found[0].room, _side(notice)
    referral = notice.work.db.get_one(Referral, found[0].referral_id)
    heard = mediation.read(notice.work, notice.case, room)
    wordings = [(each, rooms.latest(heard, each)) for each in found]
    pieces = [rooms.said(each, words, [], referral, side, PIECES // len(found)) for each, words in wordings]
    return _from_room(
        notice,
        room,
        rooms.title(room, side),
        *pieces,
        say(_("Reply to this message: your answer goes into the same room. {readers}"),
            readers=rooms.readers(room, side, referral)),
    )  # fmt: skip


@template
def talk_edited(notice: Notice) -> Said | None:
    """Both wordings of a message that was changed."""
    before, after = _readable(notice, [notice.params["talk_id"]]), _readable(notice, [notice.params["wording_id"]])
    if not before or not after:
        return None
    room, side = before[0].room, _side(notice)
    referral = notice.work.db.get_one(Referral, before[0].referral_id)
    return _from_room(
        notice,
        room,
        rooms.title(room, side),
        say(_("A message was changed: {who}"), who=sides.named(before[0].side, referral)),
        lines(Html(_("Before:")), quote(before[0].text, PIECES // 2)),
        lines(Html(_("Now:")), quote(after[0].text, PIECES // 2)),
    )


@template
def talk_files(notice: Notice) -> Call | None:
    """The files of a room; those that came together go together."""
    if not (found := _readable(notice, [part["talk_id"] for part in notice.parts])):
        return None
    allowed = {each.id for each in found}
    files = [notice.work.db.get(Attachment, part["attachment_id"]) for part in notice.parts]
    shown = [each for each in files if each and each.state != "too_big" and each.talk_id in allowed]
    room, side = found[0].room, _side(notice)
    referral = notice.work.db.get_one(Referral, found[0].referral_id)
    who = Html(_("you")) if found[0].side == side else sides.named(found[0].side, referral)
    about = lines(
        say("📎 {room} · {who}", room=Html(rooms.title(room, side)), who=who),
        sides.ending(notice.work, notice.case)
        if _is_customer(notice)
        else say("{code}", code=Code(notice.case.code or "")),
    )
    to = {"chat_id": notice.person.telegram_id, "protect_content": not _is_customer(notice)}
    caption = {"caption": about, "parse_mode": "HTML"}
    return album(to, shown, caption) if len(shown) > 1 else one_file(to, shown, caption)


@template
def talk_file_lost(notice: Notice) -> Said | None:
    """To whoever sent it, and nobody else."""
    attachment = notice.work.db.get(Attachment, notice.params["attachment_id"])
    found = _readable(notice, [attachment.talk_id or 0]) if attachment else []
    if not found:
        return None
    too_big = notice.params["why"] == "too_big"
    return _from_room(
        notice,
        found[0].room,
        _("⚠️ One of your files is too big for us.") if too_big else _("⚠️ One of your files could not be fetched."),
        say(
            _("We can receive files of up to {limit} MB. Please send it in parts or smaller, or send a link."),
            limit=20,
        )
        if too_big
        else Html(_("Please send it again, into the same room.")),
    )


# ------------------------------------------------------------------ how it goes on


@template
def mediation_adjourned(notice: Notice) -> Said | None:
    referral = notice.work.db.get_one(Referral, notice.params["referral_id"])
    found = _readable(notice, [notice.params["talk_id"]])
    if referral.adjourned_until is None or referral.ended is not None:
        return None
    return told(
        notice,
        _("The mediation is adjourned."),
        say(_("It goes on on {date}."), date=referral.adjourned_until),
        lines(Html(_("What the mediator says:")), quote(found[0].text, PIECES)) if found else None,
    )


@template
def more_time_wanted(notice: Notice) -> Said | None:
    """To the side that has not said yet whether it wants it too."""
    referral = notice.work.db.get_one(Referral, notice.params["referral_id"])
    if referral.extended or referral.ended is not None:
        return None
    asked = [sides.named(each, referral) for each in mediation.wants(referral)]
    text, _buttons = told(
        notice,
        _("More time for the mediation is wanted."),
        lines(*(say(_("✅ {side} wants it"), side=each) for each in asked)),
        _("It is put off only if both sides want it. You need not agree."),
    )
    answer = button(_("Read and answer"), matter("more_time", notice.case), SUCCESS)
    return text, keyboard(answer, sides.home(notice.work, notice.case))


@template
def more_time_agreed(notice: Notice) -> Said | None:
    until = leading.limit(notice.work, notice.case)
    if until is None or not is_in(notice.case, Phase.IN_PROGRESS):
        return None
    return told(notice, _("✅ There is more time for the mediation."), say(_("It now ends on {date}."), date=until))


@template
def speaker_changed(notice: Notice) -> Said | None:
    """To who leads the talks: with whom they speak now, and what that person does not know."""
    if not is_in(notice.case, Phase.IN_PROGRESS):
        return None
    return told(
        notice,
        _("Somebody else speaks for the organisation now."),
        _("What was said before in its private room, they do not read."),
    )


NEAR = {
    "negotiation": __("The direct talks end on {date}. Is there anything that both sides can agree on?"),
    "provider_answer": __("Whether the third party accepts must be said by {date}."),
    "mediation": __("The mediation ends on {date}. Is there anything that both sides can agree on?"),
    "determination": __("The third party's result is due by {date}."),
    "outcome": __("What was agreed must be done by {date}."),
}
LATE = {
    "mediation_target": __("The mediation takes longer than usual. It ends on {date} at the latest."),
    "determination_target": __("The third party takes longer than usual. Its result is due by {date}."),
}


@template
def dispute_reminder(notice: Notice) -> Said | None:
    """The day before something ends, or when talks that were put off go on."""
    row = notice.work.db.get(Deadline, notice.params["deadline"])
    if row is None:
        return None
    if notice.params["what"] == "resumed":
        if not is_in(notice.case, Phase.IN_PROGRESS):
            return None
        return told(notice, _("The mediation goes on."), _("The joint room is open, and so are the private ones."))
    words = (NEAR if notice.params["what"] == "near" else LATE).get(row.target)
    until = row.due_at if notice.params["what"] == "near" else cards.limit(notice.work, notice.case)
    if row.ended is not None or words is None or until is None:
        return None
    return told(notice, _("⏳ A date in a dispute is near."), say(str(words), date=until))


# ------------------------------------------------------------------ to whoever is to resolve it


@template
def asked_to_resolve(notice: Notice) -> Said | None:
    """What is put before them, by when their word is needed, and what they should ask themselves first."""
    if not is_in(notice.case, Phase.AWAITING_PROVIDER):
        return None
    text = paragraphs(
        bold(_("A dispute is put before you.")),
        cards.head(notice.work, notice.case),
        _("Both sides have agreed on you. Read the file, then declare your independence and accept, or decline."),
        _("If you had to do with the matter, know somebody concerned, or would gain from the outcome, please decline."),
    )
    return text, mediating.file_buttons(notice.work, notice.case)


OVER = {
    "settled": __("It was settled. Thank you for your work."),
    "recommended": __("Both sides have accepted the recommendation. Thank you for your work."),
    "decided": __("It was decided."),
    "withdrawn": __("One side has ended this way."),
    "time_up": __("The time for it is over."),
    "objected": __("One side does not want you to lead it. It is no judgement on you; somebody else is asked."),
    "silent": __("Your answer did not come in time; another way is chosen."),
    "no_consent": __("The consents were not complete."),
}


@template
def mediation_over(notice: Notice) -> Said:
    """The receiver may not read the case any more, so it is about nothing but the end."""
    text = paragraphs(
        bold(_("A dispute that lay with you is with you no more.")),
        say(_("Number of the dispute: {dispute}"), dispute=Code(notice.params["number"])),
        str(OVER.get(notice.params["why"], _("This way has ended."))),
        _("You have no access to it any more, and there is nothing left for you to do. Please keep to yourself what you"
          " learned."),
    )  # fmt: skip
    return text, keyboard(button(_("Disputes put before you"), Go(to="mediations")))


# ------------------------------------------------------------------ what all of it needs


def told(notice: Notice, title: str, *parts: str | None, ways: Sequence[InlineKeyboardButton] = ()) -> Said:
    """In the manner of the side that reads it: its lines about the case, and its way into the dispute."""
    text = sides.framed(notice.work, notice.case, bold(title), *parts)
    talks = _talks(notice) if not ways else []
    return text, keyboard(*ways, *talks, sides.home(notice.work, notice.case))


def _from_room(notice: Notice, room: str, title: str, *parts: str | None) -> Said:
    text = sides.framed(notice.work, notice.case, bold(title), *parts, short=True)
    enter = button(_("Open the room"), matter("room", notice.case, room), SUCCESS)
    return text, keyboard(enter, sides.home(notice.work, notice.case))


def _talks(notice: Notice) -> list[InlineKeyboardButton]:
    """To the rooms, while there are any for the reader."""
    if cards.party(notice.work, notice.case) == "staff" and not speaking.speaks(notice.work, notice.case):
        return []
    here = is_in(notice.case, Phase.NEGOTIATING) or (
        is_in(notice.case, Phase.IN_PROGRESS) and cards.is_mediation(notice.work, notice.case)
    )
    return [button(_("Rooms"), matter("rooms", notice.case), SUCCESS)] if here else []


def _readable(notice: Notice, talk_ids: Sequence[int]) -> list[Talk]:
    found = [mediation.readable(notice.work, notice.case, each) for each in talk_ids]
    return [each for each in found if each is not None]


def _side(notice: Notice) -> str:
    return rights.side(notice.work, notice.case)


def _is_customer(notice: Notice) -> bool:
    return notice.person.id == notice.case.customer_id
