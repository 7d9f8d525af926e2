"""A copy of what is kept about somebody, as a page for a browser: in their language, and it loads nothing."""

import html
from datetime import date, datetime
from typing import Any

from backoffice import answers, own_data, surveys
from backoffice.answers import Given
from backoffice.disputes import choosing, consents
from backoffice.disputes.mediation import JOINT
from backoffice.own_data import CaseCopy, Copy
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from backoffice.surveys import SCORES
from backoffice.work import Work
from bot import cards, dates, happened, items, money, subjects
from bot.account_cards import ROLES
from bot.disputes import cards as disputes
from bot.disputes import clauses
from bot.i18n import _, __
from bot.speaker import Upload
from bot.texts import Code, Html, Value, bold, language, lines, paragraphs, say
from storage.complaints import Answer, Attachment, Entry
from storage.consents import Consent
from storage.disputes import Dispute, DisputeRating, Outcome, Referral, Talk
from storage.surveys import Survey

RIGHT_TO_LEFT = ("fa", "ar")
STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1rem/1.7 system-ui,sans-serif}"
    "section{white-space:pre-line;border-block-start:1px solid #bbb;margin-block-start:2rem}"
    "blockquote{margin:0;padding-inline-start:.75rem;border-inline-start:3px solid #0a7a70}"
)
KINDS = {
    "story": __("your complaint"),
    "addition": __("you added"),
    "reason": __("the reason you gave"),
    "counter": __("what you suggested instead"),
    "rating": __("your rating in words"),
    "question": __("a question from us"),
    "message": __("a message from us"),
    "grounds": __("what you found wrong or missing"),
    "evidence": __("your new evidence"),
    "lateness": __("why your request came late"),
    "panel_question": __("a question of the review"),
    "statement": __("what those said who had answered you"),
    "deadlock": __("why we could not agree"),
    "not_admitted": __("why your request was not heard"),
    "document": __("a document from us"),
    "objection": __("why a mediator was not trusted"),
    "dispute_refusal": __("why we did not agree to a way outside"),
    "dispute_left": __("why we ended a way outside"),
    "progress": __("how far the third party is"),
    "result_reported": __("the result that you reported"),
    "appeal": __("why it is to be decided again"),
    "not_accepted": __("why we did not accept what was recommended"),
    "evidence_done": __("what shows that it was carried out"),
}
RATED = {
    surveys.FIRST: __("Your rating of the handling after our first reply: {number} of {total}"),
    surveys.HANDLING: __("Your rating of the handling: {number} of {total}"),
    surveys.OUTCOME: __("Your rating of the outcome: {number} of {total}"),
    surveys.LOYALTY: __("Whether you would use us again: {number} of {total}"),
}
SAID = {
    (JOINT, CUSTOMER): __("you said in the talks"),
    (JOINT, ORGANISATION): __("we said in the talks"),
    (JOINT, RESOLVER): __("the mediator said in the talks"),
    (CUSTOMER, CUSTOMER): __("you said to the mediator alone"),
    (CUSTOMER, RESOLVER): __("the mediator said to you alone"),
}
"""In which room, by which side."""


def document(work: Work) -> dict[str, Any]:
    """What is sent: written when it goes, and stored nowhere."""
    caption = paragraphs(bold(_("Your data")), _("All that we keep about you, as of today."))
    name = f"data-{dates.local_date(work.now)}.html"
    return {"document": Upload(page(work).encode(), name), "caption": caption, "parse_mode": "HTML"}


def page(work: Work) -> str:
    """The actor's copy as HTML, worded for the current reader."""
    kept = own_data.copy(work)
    name = Html(html.escape(work.organisation.name[language()]))
    title = say(_("What {organisation} keeps about you"), organisation=name)
    made = say(_("Made on {date}, {time}"), date=on(work.now), time=Html(dates.clock(work.now)))
    return "\n".join(
        (
            f'<!doctype html><html lang="{language()}" dir="{"rtl" if language() in RIGHT_TO_LEFT else "ltr"}">',
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            f"<title>{title}</title><style>{STYLE}</style>",
            f"<h1>{title}</h1><p>{made}</p>",
            person(work, kept),
            *(consent(each) for each in kept.consents),
            *(case(work, each) for each in kept.cases),
            "</html>\n",
        )
    )


def person(work: Work, kept: Copy) -> Html:
    who, roles = kept.person, kept.staff.roles if kept.staff else []
    return section(
        _("Your profile"),
        lines(
            say(_("Your customer number: {number}"), number=who.id),
            say(_("Your account in the messenger: {account}"), account=Code(str(who.telegram_id))),
            fact(_("Name: {name}"), name=who.name),
            spoken(who.language) if who.language else None,
            say(_("First contact: {date}"), date=on(who.first_seen)),
            fact(
                _("Your roles: {roles}"), roles=Html(" · ".join(work.organisation.roles[r][language()] for r in roles))
            ),
            *(
                say(_("You speak for {name} here: {role}"), name=account.name, role=Html(ROLES[held.role]))
                for held, account in kept.accounts
            ),
            fact(
                _("You left the team on {date}"), date=on(left) if kept.staff and (left := kept.staff.left_at) else None
            ),
        ),
    )


def consent(given: Consent) -> Html:
    """Our own text is markup already; that of a dispute is plain, for it holds what people have typed."""
    text = given.text if given.kind == consents.KIND else Html(given.text)
    return section(_("What you agreed to"), say("{date}", date=on(given.at)), quoted(text))


def case(work: Work, kept: CaseCopy) -> Html:
    complaint = kept.complaint
    return section(
        say("{code}", code=Code(complaint.code)) if complaint.code else _("A complaint that is not submitted yet"),
        facts(work, kept),
        lines(
            *(happened.told(work, event, on(event.at)) for event in kept.history if event.event in happened.HAPPENED)
        ),
        *(entry(each, kept.attachments) for each in kept.entries),
        *(answer(work, each) for each in kept.answers),
        *(talk(each, kept.attachments) for each in kept.talks),
        lines(*(about(work, each) for each in kept.disputes)),
        *(tried(work, each, kept.rated) for each in kept.tried),
        *(outcome(work, each) for each in kept.outcomes),
        lines(*(asked(kept.surveys[each]) for each in surveys.QUESTIONS if each in kept.surveys)),
        readers(work, kept),
    )


def readers(work: Work, kept: CaseCopy) -> Html | None:
    """How many people read it, by role, and nobody's name."""
    known = work.organisation.roles
    told = [say("{role}: {count}", role=Html(known[r][language()]), count=count) for r, count in kept.readers.items()]
    return say(_("Who has read it: {people}"), people=Html(" · ".join(told))) if told else None


def facts(work: Work, kept: CaseCopy) -> Html:
    complaint = kept.complaint
    wish = work.organisation.find_remedy(complaint.wish or "")
    reason = work.organisation.closure_reasons.get(complaint.closed_reason or "")
    return lines(
        say(_("Stage: {stage}"), stage=Html(cards.stage(complaint))),
        fact(_("Reason: {reason}"), reason=Html(reason[language()]) if reason else None),
        fact(_("About: {category}"), category=Html(subjects.category(work, complaint))),
        *items.lines_of(work, complaint),
        say(_("Handled by: {unit}"), unit=Html(cards.unit(work, complaint))) if complaint.department else None,
        fact(_("When: {date}"), date=on(complaint.happened_on) if complaint.happened_on else None),
        fact(_("Order or contract: {reference}"), reference=complaint.reference),
        fact(_("Wish: {wish}"), wish=Html(wish.words[language()]) if wish else None),
        fact(_("Wish in words: {words}"), words=complaint.wish_words),
        fact(_("Company: {name}"), name=complaint.company),
        fact(_("Name: {name}"), name=complaint.name),
        fact(_("Contact: {contact}"), contact=complaint.contact),
        Html(_("Without your name")) if complaint.anonymous else None,
        spoken(complaint.language),
    )


def entry(said: Entry, attachments: list[Attachment]) -> Html:
    """One message; an edited one stands there in each of its wordings."""
    kind = " ".join((str(KINDS[said.kind]), *([_("(edited)")] if said.replaces_id else ())))
    return lines(
        say("{date} · {kind}", date=on(said.at), kind=Html(kind)),
        quoted(said.text) if said.text else None,
        *(file(each) for each in attachments if each.entry_id == said.id),
    )


def talk(said: Talk, attachments: list[Attachment]) -> Html:
    """One message of a mediation, as the complainant read or wrote it."""
    kind = " ".join((str(SAID[said.room, said.side]), *([_("(edited)")] if said.replaces_id else ())))
    return lines(
        say("{date} · {kind}", date=on(said.at), kind=Html(kind)),
        quoted(said.text) if said.text else None,
        *(file(each) for each in attachments if each.talk_id == said.id),
    )


def about(work: Work, dispute: Dispute) -> Html | None:
    """What it is about in money, where the complainant said so."""
    amount = choosing.amount_of(work, dispute)
    return say(_("The dispute is about: {amount}"), amount=Html(money.shown(amount))) if amount else None


def tried(work: Work, way: Referral, rated: list[DisputeRating]) -> Html:
    """A way outside, what the complainant told us of it, and what they thought of it."""
    mine = next((each for each in rated if each.referral_id == way.id), None)
    return lines(
        say("{date}", date=on(way.chosen_at)),
        say(_("Third party: {provider}"), provider=disputes.provider(work, way)),
        fact(_("Contact: {contact}"), contact=way.contact),
        quoted(way.ended_words) if way.ended_words and way.ended_by == CUSTOMER else None,
        way_rating(mine) if mine else None,
    )


def way_rating(given: DisputeRating) -> Html:
    return lines(
        fact(_("Your rating of this way: {number} of {total}"), number=given.process, total=max(SCORES)),
        fact(_("Your rating of the third party: {number} of {total}"), number=given.provider, total=max(SCORES)),
    )


def outcome(work: Work, put: Outcome) -> Html:
    """Terms, a recommendation or a decision, and what the complainant answered."""
    return lines(
        say("{date} · {kind}", date=on(put.proposed_at or put.drafted_at), kind=Html(clauses.kind(put))),
        quoted(put.words) if put.words else None,
        clauses.terms(work, put),
        say("{date} · {kind}", date=on(put.customer_at), kind=Html(_("the reason you gave")))
        if put.customer_at and put.customer_words
        else None,
        quoted(put.customer_words) if put.customer_words else None,
    )


def file(attachment: Attachment) -> Html:
    kind = Html(cards.KINDS[attachment.kind])
    if attachment.file_name is None:
        return say("📎 {kind}", kind=kind)
    return say("📎 {kind} · {name}", kind=kind, name=attachment.file_name)


def answer(work: Work, given: Answer) -> Html:
    return lines(
        say("{date} · {kind}", date=on(given.at), kind=Html(_("our answer"))),
        *written(_("Why we changed it:"), given.because),
        *written(_("Your complaint as we understand it:"), given.summary),
        *written(_("What we found:"), given.findings),
        say(_("Decision: {decision}"), decision=Html(work.organisation.decisions[given.decision][language()])),
        *written(_("Reasons:"), given.reasons),
        *(line for each in answers.given(given) for line in remedy(work, each)),
        *written(_("What went wrong and was put right:"), given.put_right),
        *written(_("What happens next:"), given.next_step),
    )


def written(title: str, words: str | None) -> list[Html]:
    return [Html(title), quoted(words)] if words else []


def remedy(work: Work, given: Given) -> list[Html]:
    named = Html(work.organisation.remedy(given.code).words[language()])
    return [
        say(_("Remedy: {remedy}"), remedy=named),
        *([say(_("Amount: {amount}"), amount=Html(money.shown(given.money)))] if given.money else []),
        *([say(_("Done by {date}"), date=given.day)] if given.day else []),
        *([quoted(given.words)] if given.words else []),
    ]


def asked(survey: Survey) -> Html | None:
    """What the complainant was asked of how it was, and what they answered."""
    if survey.score is None or survey.answered_at is None:
        unanswered = _("we asked you how it was, and you did not answer")
        return say("{date} · {kind}", date=on(survey.asked_at), kind=Html(unanswered)) if survey.asked_at else None
    scale = max(surveys.scale(survey.question))
    given = say(str(RATED[survey.question]), number=survey.score, total=scale)
    return say("{date} · {kind}", date=on(survey.answered_at), kind=given)


def section(title: str, *parts: str | None) -> Html:
    text = paragraphs(*parts).replace("</blockquote>\n", "</blockquote>")  # a quote ends its line by itself
    return Html(f"<section><h2>{title}</h2>{text}</section>")


def quoted(words: str) -> Html:
    """All of what was said, running as its own letters do."""
    return Html(f'<blockquote dir="auto">{words if isinstance(words, Html) else html.escape(words)}</blockquote>')


def fact(template: str, **values: Value | None) -> Html | None:
    """A line, if there is anything to tell."""
    known = {name: value for name, value in values.items() if value}
    return say(template, **known) if len(known) == len(values) else None


def spoken(code: str) -> Html:
    return say(_("Language: {language}"), language=Html(cards.language_name(code)))


def on(moment: datetime | date) -> Html:
    return Html(dates.day(moment, year=True))
