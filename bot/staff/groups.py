"""Groups that are alarmed: bound and unbound in the group itself. Nothing else that is said in a group is heard."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject, Update

from backoffice import groups
from backoffice.work import Work
from bot.group_notices import units
from bot.i18n import _
from bot.keyboards import Bind, Prefix, keyboard, pairs, ticked
from bot.steps import command
from bot.texts import Html, bold, language, paragraphs, say

router = Router(name="groups")
router.message.filter(F.chat.type != ChatType.PRIVATE)
router.callback_query.filter(F.message.chat.type != ChatType.PRIVATE)
router.my_chat_member.filter(F.chat.type != ChatType.PRIVATE)

COMMANDS, OUR_BUTTONS = command("bind", "unbind"), Prefix(Bind)


async def said_to_us(update: Update, bot: Bot) -> bool:
    """Whether somebody in a group wants something of us, and of no other bot."""
    if update.callback_query:
        return await OUR_BUTTONS(update.callback_query)
    return update.message is not None and bool(await COMMANDS(update.message, bot))


def about_the_group(update: Update) -> bool:
    """Whether something happened to the group itself: nobody acts, whoever is named as the sender."""
    message = update.message
    return update.my_chat_member is not None or bool(
        message and (message.migrate_to_chat_id or message.migrate_from_chat_id)
    )


@router.message(command("bind"))
async def bind(message: Message, work: Work) -> None:
    """What is bound here already carries a mark."""
    offered = groups.bindable(work)
    here = {group.department for group in groups.at(work, message.chat.id)}
    rows = [
        ticked(each.words[language()], each.code in here, Bind(department=each.code))
        for each in work.organisation.departments
        if each.code in offered
    ]
    text = paragraphs(
        bold(_("Which unit's alarms shall come to this group?")),
        _("The group reads which cases are late, critical or not taken, by code and date: no names, no words."),
    )
    await message.answer(text, reply_markup=keyboard(*pairs(rows)))


@router.callback_query(Bind.filter())
async def bound(query: CallbackQuery, callback_data: Bind, work: Work) -> None:
    if query.message is None:
        return
    department = callback_data.department
    groups.bind(work, department, query.message.chat.id)
    text = paragraphs(
        say(_("✅ From now on the alarms of this unit come here: {unit}"), unit=units(work, [department])),
        _("To end it, write /unbind here."),
    )
    if isinstance(query.message, Message):
        await query.message.edit_text(text)
    else:  # too old for us to edit
        await query.message.answer(text)


@router.message(command("unbind"))
async def unbind(message: Message, work: Work) -> None:
    ended = groups.unbind(work, message.chat.id)
    none = Html(_("No unit's alarms come to this group."))
    await message.answer(
        say(_("✅ The alarms of this unit come here no more: {unit}"), unit=units(work, ended)) if ended else none
    )


@router.message(F.migrate_to_chat_id)
async def moved_away(message: Message, work: Work) -> None:
    groups.moved(work, message.chat.id, message.migrate_to_chat_id or 0)


@router.message(F.migrate_from_chat_id)
async def moved_here(message: Message, work: Work) -> None:
    groups.moved(work, message.migrate_from_chat_id or 0, message.chat.id)


@router.my_chat_member(F.new_chat_member.status.in_({ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}))
async def thrown_out(event: ChatMemberUpdated, work: Work) -> None:
    groups.lost(work, event.chat.id)


@router.message()
@router.callback_query()
@router.my_chat_member()
async def nothing(_event: TelegramObject) -> None:
    """Forged, or of no account: it goes no further."""
