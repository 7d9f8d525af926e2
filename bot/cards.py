"""A case in words: for its complainant, and for the staff who handle it."""

from datetime import datetime

from backoffice import people
from backoffice.disputes.phases import of, standing
from backoffice.stages import Stage
from backoffice.targets import TARGETS
from backoffice.work import Work
from bot import (
    account_cards,
    answer_words,
    cause_cards,
    happened,
    investigation_cards,
    items,
    masked,
    recorded_cards,
    special_cards,
    subjects,
    task_lines,
)
from bot.dates import clock, day
from bot.disputes import cards as disputes
from bot.i18n import _, __
from bot.learning import action_lines
from bot.texts import Code, Html, bold, language, lines, paragraphs, quote, say, shortened
from storage.clocks import running as running_on
from storage.complaints import Attachment, Complaint, Entry, attachments_of, entries_of

STAGES = {
    Stage.DRAFT: __("not submitted yet"),
    Stage.RECEIVED: __("received"),
    Stage.ASSESSED: __("assessed"),
    Stage.INVESTIGATING: __("being investigated"),
    Stage.AWAITING_INFO: __("waiting for your information"),
    Stage.AWAITING_APPROVAL: __("our answer is being checked"),
    Stage.ANSWERED: __("answered"),
    Stage.IMPLEMENTING: __("remedy being carried out"),
    Stage.CONFIRMING: __("waiting for your confirmation"),
    Stage.IN_REVIEW: __("reviewed by other people"),
    Stage.IN_DISPUTE: __("the ways outside are open"),
    Stage.CLOSED: __("closed"),
}
STAFF_STAGES = {
    **STAGES,
    Stage.AWAITING_INFO: __("waiting for the customer's information"),
    Stage.AWAITING_APPROVAL: __("the answer waits for approval"),
    Stage.CONFIRMING: __("waiting for the customer's confirmation"),
    Stage.IN_DISPUTE: __("the customer chooses the next way"),
    Stage.CLOSED: __("Case closed"),
}
KINDS = {
    "photo": __("photo"),
    "voice": __("voice message"),
    "audio": __("audio"),
    "video": __("video"),
    "video_note": __("video message"),
    "animation": __("animation"),
    "document": __("document"),
}
NO_REMEDY = "none"
MAX_WISH = 400  # UTF-16 units of it on a card


def footer(work: Work, complaint: Complaint) -> Html:
    """The three lines that end every message about a case: code, where it stands, what happens next and by when."""
    return lines(
        subjects.line(work, complaint),
        say(_("Stage: {stage}"), stage=Html(stage(complaint))),
        next_step(work, complaint),
    )


def stage(complaint: Complaint) -> str:
    """Where it stands, for the customer; outside, where the dispute stands."""
    phase = of(complaint)
    return str(disputes.STAGES[phase] if phase else STAGES[Stage(complaint.stage)])


def next_step(work: Work, complaint: Complaint) -> Html:
    """What happens next, and by when."""
    match Stage(complaint.stage):
        case Stage.RECEIVED | Stage.ASSESSED | Stage.INVESTIGATING | Stage.AWAITING_APPROVAL:
            return by(promise(complaint), _("Next: you receive our answer by {date}."), _("Next: our answer."))
        case Stage.AWAITING_INFO:
            return say(_("Next: your answer to our question, by {date}. Write it here."), date=window(work, complaint))
        case Stage.ANSWERED:
            asked = (
                _("Next: tell us by {date} whether you accept the decision.")
                if is_reviewed(complaint)
                else _("Next: tell us by {date} whether you accept the answer.")
            )
            return say(asked, date=window(work, complaint))
        case Stage.IN_REVIEW:
            return by(
                complaint.due_at,
                _("Next: the decision of the review by {date}.")
                if complaint.panel
                else _("Next: by {date} you learn whether the review is held."),
                _("Next: the decision of the review."),
            )
        case Stage.IN_DISPUTE:
            return disputes.next_step(work, complaint)
        case Stage.IMPLEMENTING:
            return by(
                promise(complaint),
                _("Next: we carry out the remedy by {date}."),
                _("Next: we carry out the remedy."),
            )
        case Stage.CONFIRMING:
            return say(_("Next: tell us by {date} whether the remedy is done."), date=window(work, complaint))
        case _:
            return reopening(work, complaint)


def promise(complaint: Complaint) -> datetime | None:
    """The date that holds towards the complainant: a later one that they were told of goes before the deadline."""
    return complaint.promised_at or complaint.due_at


def window(work: Work, complaint: Complaint) -> datetime:
    """Until when the complainant has time; before the message that says so has arrived, as if it did now."""
    row = next((each for each in running_on(work.db, complaint.id) if TARGETS[each.target].window), None)
    name = row.target if row else standing(complaint).deadline or ""
    return (row.due_at if row else None) or work.organisation.due(name, complaint.severity, work.now)


def is_reviewed(complaint: Complaint) -> bool:
    """Whether it is the decision of a review that waits for the complainant."""
    return Stage(complaint.stage) is Stage.ANSWERED and complaint.review_id is not None


def reopening(work: Work, complaint: Complaint) -> Html:
    if complaint.closed_at is None:
        return Html(_("Next: submit the complaint when you are ready."))
    if (set_aside := special_cards.next_step(work, complaint)) is not None:
        return set_aside
    until = work.organisation.due("reopen", None, complaint.closed_at)
    if until < work.now:
        return Html(_("If the problem comes back, you can make a new complaint at any time."))
    return say(_("Until {date} you can reopen it with one tap."), date=until)


def by(moment: datetime | None, with_date: str, without: str) -> Html:
    return say(with_date, date=moment) if moment else Html(without)


def own_case(work: Work, complaint: Complaint) -> Html:
    """The complainant's view: what it is about, how it went so far, where it stands."""
    return paragraphs(
        bold(_("Your complaint")),
        lines(
            say(_("About: {category}"), category=subjects.category(work, complaint)),
            *items.lines_of(work, complaint),
            say(_("Handled by: {unit}"), unit=Html(unit(work, complaint))),
            account_cards.for_customer(work, complaint),
        ),
        happened.timeline(work, complaint),
        task_lines.told(work, complaint),
        footer(work, complaint),
    )


def own_line(work: Work, complaint: Complaint) -> Html:
    """Two lines in a list, with who made it where several of a company follow it."""
    date, where = promise(complaint), Html(stage(complaint))
    stands = say(_("{stage} · by {date}"), stage=where, date=date) if date else where
    return lines(
        subjects.line(work, complaint),
        say("{title} · {turn}", title=stands, turn=made)
        if (made := account_cards.made_by(work, complaint))
        else stands,
    )


def unit(work: Work, complaint: Complaint) -> str:
    return work.organisation.department(complaint.department or "").words[language()]


def staff_case(work: Work, complaint: Complaint) -> Html:
    """The card of a case: whose turn, due, who, what. Whose it is stays hidden until somebody asks for it."""
    entries = entries_of(work.db, complaint.id)
    return paragraphs(
        lines(
            say("<b>{turn}</b>", turn=Html(turn(complaint))),
            say("{code}", code=Code(complaint.code or "")),
            due_line(work, complaint),
            window_line(work, complaint),
            promise_line(complaint),
            recorded_cards.authority_line(work, complaint),
            severity(work, complaint),
            containment(work, complaint),
            answer_words.on_case(work, complaint),
        ),
        task_lines.on_case(work, complaint),
        lines(
            owner(work, complaint),
            masked.customer(complaint),
            say(_("Company: {name}"), name=complaint.company) if complaint.company else None,
            account_cards.on_case(work, complaint),
            masked.contact(work, complaint),
            say(_("Writes in: {language}"), language=Html(language_name(complaint.language))),
            recorded_cards.came_by(work, complaint),
        ),
        special_cards.about(work, complaint),
        investigation_cards.on_case(work, complaint),
        cause_cards.about(work, complaint),
        facts(work, complaint),
        action_lines.on_case(work, complaint),
        story_of(entries, attachments_of(work.db, complaint.id)),
        latest_words(entries),
    )


def latest_words(entries: list[Entry]) -> Html | None:
    """What the complainant said last after the complaint itself: an answer to a question, why they refuse."""
    said = [each.text for each in entries if each.kind in ("addition", "reason", "counter") and each.text]
    return lines(Html(_("Their latest words:")), quote(said[-1])) if said else None


def facts(work: Work, complaint: Complaint) -> Html:
    """What the form asked for and got."""
    wish = work.organisation.find_remedy(complaint.wish or "")
    return lines(
        say(_("About: {category}"), category=subjects.category(work, complaint)),
        *items.lines_of(work, complaint),
        say(_("When: {date}"), date=Html(day(complaint.happened_on, year=True))) if complaint.happened_on else None,
        say(_("Order or contract: {reference}"), reference=complaint.reference) if complaint.reference else None,
        say(_("Wish: {wish}"), wish=Html(wish.words[language()])) if wish else None,
        say(_("Wish in words: {words}"), words=shortened(complaint.wish_words, MAX_WISH))
        if complaint.wish_words
        else None,
    )


def open_question(work: Work, complaint: Complaint) -> Html | None:
    """The question that the complainant has not answered yet."""
    if Stage(complaint.stage) is not Stage.AWAITING_INFO:
        return None
    asked = [entry for entry in entries_of(work.db, complaint.id) if entry.kind == "question"]
    return quote(asked[-1].text) if asked else None


def story(work: Work, complaint: Complaint, limit: int = 1200) -> Html:
    """The words of the case as they were said, the latest wording of each, and how many files there are."""
    entries = entries_of(work.db, complaint.id)
    return story_of(entries, attachments_of(work.db, complaint.id), limit)


def story_of(entries: list[Entry], attachments: list[Attachment], limit: int = 1200) -> Html:
    told = [wording for entry in entries if entry.kind == "story" and (wording := latest(entries, entry))]
    return paragraphs(quote("\n\n".join(told), limit), files_line(attachments))


def latest(entries: list[Entry], entry: Entry) -> str | None:
    """An entry's newest wording; an edited one says so. None for one that is a wording of another."""
    if entry.replaces_id is not None:
        return None
    wordings = [each for each in entries if each.replaces_id == entry.id]
    return (
        say("{text} {mark}", text=Html(wordings[-1].text or ""), mark=Html(_("(edited)"))) if wordings else entry.text
    )


def files_line(attachments: list[Attachment]) -> Html | None:
    if not attachments:
        return None
    counts: dict[str, int] = {}
    for attachment in attachments:
        counts[attachment.kind] = counts.get(attachment.kind, 0) + 1
    parts = [say("{count} × {kind}", count=count, kind=Html(KINDS[kind])) for kind, count in counts.items()]
    return Html("📎 " + " · ".join(parts))


def due_line(work: Work, complaint: Complaint) -> Html | None:
    return due(work, complaint.due_at)


def due(work: Work, moment: datetime | None) -> Html | None:
    if moment is None:
        return None
    template = _("⚠️ Overdue since {date}, {time}") if moment < work.now else _("⏳ Due {date}, {time}")
    return say(template, date=moment, time=Html(clock(moment)))


def window_line(work: Work, complaint: Complaint) -> Html | None:
    """For staff: until when the customer has time."""
    if standing(complaint).turn != "customer":
        return None
    return say(_("The customer has time until {date}"), date=window(work, complaint))


def promise_line(complaint: Complaint) -> Html | None:
    """The later date that the customer was told, and whether the longest time is over."""
    if complaint.due_at is None:
        return None
    if complaint.deadlock_at is not None:
        return _open_to_customer(complaint)
    if complaint.promised_at is None:
        return None
    return say(_("The customer was told a new date: {date}"), date=complaint.promised_at)


def _open_to_customer(complaint: Complaint) -> Html | None:
    """That nobody has to wait for us any more, and why, unless others look at it already."""
    if Stage(complaint.stage) is Stage.IN_REVIEW:
        return None
    if complaint.deadlock_trigger in ("cap", "implementation", "refund"):
        return Html(_("⚠️ The longest time is over: the next route is open to the customer."))
    return Html(_("⚠️ The next route is open to the customer."))


def severity(work: Work, complaint: Complaint) -> Html:
    """The severity; the one that is only taken for granted says so."""
    if complaint.severity is None:
        return Html(_("Severity: not assessed yet"))
    known = Html(work.organisation.severities[complaint.severity][language()])
    shown = _("Severity: {severity}") if complaint.assessed_at else _("Severity: {severity} (not assessed yet)")
    return say(shown, severity=known)


def containment(work: Work, complaint: Complaint) -> Html | None:
    """By when somebody must say what was done at once, as long as nobody has."""
    if (until := complaint.contain_by) is None:
        return None
    late = until < work.now
    template = (
        _("⚠️ Containment action overdue since {date}, {time}") if late else _("Containment action due {date}, {time}")
    )
    return say(template, date=until, time=Html(clock(until)))


def in_short(work: Work, complaint: Complaint) -> Html:
    """For staff: code, whose turn it is, and what is due."""
    return lines(say("{code}", code=Code(complaint.code or "")), Html(turn(complaint)), due_line(work, complaint))


def owner(work: Work, complaint: Complaint) -> Html:
    return say(_("Owner: {name}"), name=people.name_of(work, complaint.owner_id) or Html(_("nobody yet")))


def turn(complaint: Complaint) -> str:
    """Whose turn it is, and where it stands, for the staff."""
    phase = of(complaint)
    name = Html(str(disputes.STAFF_STAGES[phase] if phase else STAFF_STAGES[Stage(complaint.stage)]))
    whose = {
        "customer": _("Customer's turn: {stage}"),
        "desk": _("Our turn: {stage}"),
        "both": _("Both sides' turn: {stage}"),
        "outside": _("The third party's turn: {stage}"),
    }.get(standing(complaint).turn)
    return say(whose, stage=name) if whose else str(name)


def language_name(code: str) -> str:
    return {"fa": _("Persian"), "ar": _("Arabic"), "en": _("English")}[code]


def next_route() -> Html:
    """The second look and the third party: said at every moment that matters (S20)."""
    return Html(
        _(
            "If the answer does not satisfy you, you can ask for a review by other people, and after that for an"
            " independent mediator."
        )
    )


def outside_route() -> Html:
    """After the review nothing is left inside (S20)."""
    return Html(
        _(
            "Your complaint has been reviewed by other people. If their decision does not satisfy you, you can turn to"
            " an independent mediator or an authority."
        )
    )
