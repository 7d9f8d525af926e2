"""The alarm that something recurs: what, how often, which cases, and the tap that makes an action of it."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import errors, rights
from backoffice.figures.indicators import BEFORE
from backoffice.learning import actions, recurrence
from backoffice.organisation_file import ITEMS
from backoffice.work import Work
from bot import items, periods, subjects
from bot.dates import decimal
from bot.figures import parts, words
from bot.i18n import _, n_
from bot.keyboards import SUCCESS, Prefix, Recurs, Report, button, desk, keyboard, pairs
from bot.learning import making
from bot.notice import Notice, Said, template
from bot.texts import Html, bold, language, lines, paragraphs, plain, say
from storage.figures import Alarm

router = Router(name="alarms")
router.callback_query.filter(Prefix(Recurs))


@template
def recurring(notice: Notice) -> Said | None:
    """For who still answers for it; the cases are those that its reader may open."""
    work = notice.work
    alarm = work.db.get(Alarm, notice.params["alarm_id"])
    if alarm is None or not rights.may(work.actor, "see_unit_figures"):
        return None
    cases = recurrence.cases(work, alarm)
    text = paragraphs(
        bold(_("⚠️ This happens again and again.")),
        lines(
            what(work, alarm),
            often(alarm),
            say(_("Unit: {unit}"), unit=unit(work, alarm)) if alarm.department else None,
        ),
        _("The newest cases are below.") if cases else None,
    )
    acts = rights.may(work.actor, "make_action")
    only = parts.only(work, alarm.what, alarm.code) if alarm.what in ITEMS else ""
    report = Report(do="learning", only=only) if only else Report(do="learning", unit=alarm.department)
    return text, keyboard(
        button(_("Do something about it"), Recurs(do="act", alarm=alarm.id), SUCCESS) if acts else None,
        *pairs([button(each.code or "", desk("show", each)) for each in cases]),
        button(_("Causes"), report),
    )


@router.callback_query(Recurs.filter(F.do == "act"))
async def act(query: CallbackQuery, callback_data: Recurs, state: FSMContext, work: Work) -> None:
    alarm = recurrence.find(work, callback_data.alarm)
    if alarm is None:
        raise errors.Stale()
    span = work.organisation.counting.bounds(recurrence.period(alarm))
    pattern = recurrence.pattern(alarm)
    await making.begin(query, state, work, pattern, actions.ALARM, reference=str(alarm.id), span=span)


def what(work: Work, alarm: Alarm) -> Html:
    if alarm.what == recurrence.CAUSE:
        return say(_("Cause: {text}"), text=words.cause(work, alarm.code))
    if alarm.what in ITEMS:
        return items.line(work, alarm.what, alarm.code)
    return say(_("About: {category}"), category=subjects.category_named(work, alarm.code) or plain(alarm.code))


def often(alarm: Alarm) -> Html:
    """How often in this month, and how that compares."""
    count = say(
        n_("{count} time in {period}", "{count} times in {period}", alarm.count),
        count=alarm.count,
        period=periods.name(recurrence.period(alarm)),
    )
    if not alarm.before:
        return lines(count, _("It had not come up in the three months before."))
    times = Html(decimal(alarm.count * BEFORE / alarm.before))
    return lines(count, say(_("{times} times as often as in the three months before"), times=times))


def unit(work: Work, alarm: Alarm) -> Html:
    return plain(work.organisation.department(alarm.department).words[language()])
