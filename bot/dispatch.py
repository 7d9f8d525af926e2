"""The dispatcher: who is asked first. Commands leave any step; steps come before loose words."""

from functools import cache

from aiogram import Dispatcher
from aiogram.fsm.strategy import FSMStrategy

from bot import replies
from bot.conversation import Conversations
from bot.customer import answers, data, fields, intake, loose, mine, rating, review_course, review_form, start
from bot.disputes import (
    agreeing,
    appealing,
    asked,
    consent,
    desk,
    drafting,
    duties,
    kept,
    leading,
    mediating,
    offer,
    picking,
    referring,
    register_figures,
    reporting,
    results,
    rooms,
    terms,
    unresolved,
)
from bot.figures import alarms, digest, report, tables
from bot.learning import acting, actions, making
from bot.staff import (
    adding,
    admitting,
    analyses,
    answering,
    assessing,
    assigning,
    calendar,
    causes,
    costs,
    delays,
    groups,
    handling,
    hearing,
    incidents,
    joining,
    menu,
    more,
    providers,
    queue,
    review_figures,
    reviewing,
    team,
    timing,
    voting,
)
from bot.who import Who


@cache
def make_dispatcher() -> Dispatcher:
    """One a process: aiogram's routers attach once. What varies is handed over with each update."""
    dispatcher = Dispatcher(
        storage=Conversations(), fsm_strategy=FSMStrategy.USER_IN_TOPIC, disable_fsm=False, name="sulh"
    )
    dispatcher.update.outer_middleware(Who())
    dispatcher.include_routers(
        groups.router,
        replies.router,
        start.router,
        menu.router,
        joining.router,
        team.router,
        queue.router,
        handling.router,
        assessing.router,
        answering.router,
        assigning.router,
        delays.router,
        timing.router,
        analyses.router,
        causes.router,
        incidents.router,
        more.router,
        costs.router,
        review_figures.router,
        report.router,
        tables.router,
        digest.router,
        alarms.router,
        reviewing.router,
        hearing.router,
        voting.router,
        admitting.router,
        calendar.router,
        providers.router,
        adding.router,
        making.router,
        acting.router,
        actions.router,
        offer.router,
        picking.router,
        consent.router,
        reporting.router,
        appealing.router,
        desk.router,
        asked.router,
        referring.router,
        results.router,
        duties.router,
        unresolved.router,
        register_figures.router,
        mediating.router,
        leading.router,
        rooms.router,
        terms.router,
        drafting.router,
        agreeing.router,
        kept.router,
        intake.router,
        mine.router,
        data.router,
        fields.router,
        answers.router,
        rating.router,
        review_form.router,
        review_course.router,
        loose.router,
    )
    return dispatcher
