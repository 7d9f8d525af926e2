"""What ended a dispute, as a deed: the terms, how they came about, who accepted them and when, and what they mean."""

import hashlib
import json
from datetime import datetime
from typing import Any

from backoffice.disputes.phases import DIRECT
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot import dispute_paper
from bot.dispute_paper import addressed, called, method, parties, provider_of
from bot.disputes.cards import LABELS
from bot.i18n import _, __
from bot.paper_parts import Section, code, day, facts, grouped, moment, name, section
from bot.paper_text import fill, ours, said
from bot.texts import language
from storage import clocks
from storage.complaints import Complaint
from storage.disputes import Dispute, Obligation, Outcome, Referral, obligations_of
from storage.documents import Document

SETTLEMENT, RECOMMENDATION, DECISION = "settlement", "recommendation", "decision"  # kinds of outcomes
BOTH = "both"  # whom a decision binds
IN_COLUMN = 20  # letters that stay together in a column of half the width
TITLES = {
    SETTLEMENT: __("Settlement of a dispute"),
    RECOMMENDATION: __("Accepted recommendation"),
    DECISION: __("Decision on a dispute"),
}
CAME_ABOUT = {
    SETTLEMENT: __("Both sides agreed on these terms in mediation with {provider}."),
    DIRECT: __("Both sides agreed on these terms in direct talks."),
    RECOMMENDATION: __("{provider} heard both sides and recommended these terms."),
    DECISION: __("{provider} heard both sides and decided."),
}
EFFECT = {
    "organisation": __(
        "The decision binds the organisation, and the customer because they accepted it. The right to go to court does"
        " not change: whoever does not get what is due can turn to the court."
    ),
    BOTH: __(
        "The decision binds both sides, as both agreed before it began. Whether a court can look at it again follows"
        " from the rules of the body that decided and from the law."
    ),
    "": __(
        "The terms bind both sides, because both accepted them. The right to go to court does not change: whoever does"
        " not get what was agreed can turn to the court."
    ),
}


def body(work: Work, document: Document) -> dict[str, Any]:
    """Of an outcome that is in force. LookupError if there is none to which it belongs."""
    outcome = work.db.get(Outcome, document.outcome_id) if document.outcome_id else None
    if outcome is None:
        raise LookupError("this document belongs to no outcome")
    complaint = work.db.get_one(Complaint, document.complaint_id)
    referral = work.db.get(Referral, outcome.referral_id) if outcome.referral_id else None
    dispute, terms = work.db.get_one(Dispute, outcome.dispute_id), obligations_of(work.db, outcome.id)
    return {
        "title": str(TITLES[outcome.kind]),
        "facts": facts(
            (_("Document number"), [code(document.number)]),
            (_("Tracking code"), [code(complaint.code)]),
            (_("Dispute number"), [code(dispute.number)]),
            (_("In force since"), [day(outcome.in_force_at)]),
            (_("Method"), [method(referral)]),
            (_("Provider"), addressed(provider_of(work, document))),
            (_("Led by"), [name(referral.resolver_name) if referral else ""]),
        ),
        "sections": [
            {"heading": _("The parties"), "style": "rows", "rows": parties(work, complaint)},
            _came_about(work, document, outcome, referral),
            *_terms(work, outcome, terms),
            *_reflection(work, complaint, outcome),
            *section(_("Confidentiality"), "plain", [ours(_confidential(outcome), language())]),
            *section(_("What it means"), "plain", [ours(_effect(outcome), language())]),
            *section(_("If something is not done"), "plain", [ours(each, language()) for each in _not_done(terms)]),
            *_signatures(work, complaint, dispute, outcome, terms),
        ],
    }


def digest(dispute: Dispute, outcome: Outcome, terms: list[Obligation]) -> str:
    """SHA-256 in hex of the terms alone, in one way of writing them down: what each side accepted."""
    said_so = [[each.by, each.what, each.words, each.amount, each.currency, each.due_on.isoformat()] for each in terms]
    whole = [dispute.number, outcome.kind, outcome.words, outcome.binding, said_so]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


# ------------------------------------------------------------------ what was agreed


def _came_about(work: Work, document: Document, outcome: Outcome, referral: Referral | None) -> Section:
    """By which method and with whom, and what a recommendation or a decision says for itself."""
    provider = called(provider_of(work, document)) or _("a public body")
    direct = referral is not None and referral.method == DIRECT
    told = fill(str(CAME_ABOUT[DIRECT if direct else outcome.kind]), provider=provider)
    if referral is not None and referral.resolver_name:
        led = fill(_("It was led by {name}."), name=name(referral.resolver_name))
        told = f"{told} {led}"
    return {
        "heading": _("How it came about"),
        "style": "reasoned",
        "paragraphs": [ours(told, language())],
        "quoted": said(outcome.words, language()),
    }


def _terms(work: Work, outcome: Outcome, terms: list[Obligation]) -> list[Section]:
    heading = _("What is to be done") if outcome.kind == DECISION else _("The terms")
    if not terms:
        return section(heading, "plain", [ours(_("Nothing is to be done."), language())])
    return [{"heading": heading, "style": "terms", "terms": [_term(work, each) for each in terms]}]


def _term(work: Work, term: Obligation) -> dict[str, Any]:
    """Who, what, how much, by when."""
    what, words = dispute_paper.remedy(work, term.what, term.words)
    amount = dispute_paper.money_of(term.amount, term.currency)
    facts_of = facts(
        (_("Amount"), [amount]),
        (_("Due"), [fill(_("by the end of {date}"), date=term.due_on)]),
    )
    return {"who": str(LABELS[term.by]), "what": what, "paragraphs": words, "rows": facts_of}


def _reflection(work: Work, complaint: Complaint, outcome: Outcome) -> list[Section]:
    """What time the customer had to think it over, where they were asked."""
    since = outcome.proposed_at
    rows = [each for each in clocks.of_case(work.db, complaint.id) if each.target == "reflection" and each.due_at]
    given = [each.due_at for each in rows if since and each.started_at and each.started_at >= since and each.due_at]
    if given:
        told = fill(_("The customer had time until {date} to think it over, and could say yes or no."), date=given[-1])
    elif outcome.by == CUSTOMER:
        told = _("The customer proposed these terms.")
    else:
        return []
    return section(_("Time for reflection"), "plain", [ours(told, language())])


# ------------------------------------------------------------------ what it means


def _confidential(outcome: Outcome) -> str:
    if outcome.kind == DECISION:
        return _(
            "This document is for both sides and for whoever decided. It may be shown where that is needed to carry it"
            " out or to have it enforced."
        )
    return _(
        "What was said on the way to these terms is confidential and without prejudice: neither side may use it against"
        " the other elsewhere, and it is no part of the file of the complaint. The terms themselves may be shown where"
        " that is needed to carry them out or to have them enforced."
    )


def _effect(outcome: Outcome) -> str:
    bound = outcome.binding or "" if outcome.kind == DECISION else ""
    return str(EFFECT.get(bound, EFFECT[""]))


def _not_done(terms: list[Obligation]) -> list[str]:
    told = [_("Every term is followed up by its date, and closed only with evidence that it was done.")]
    if any(each.by == ORGANISATION for each in terms):
        told.append(
            _(
                "If a date of the organisation passes, its top management is told on that day, and every day until it"
                " is done; the customer is told how to have it enforced. In the end the customer is asked whether all"
                " was done, and can have the complaint reopened if not."
            )
        )
    if any(each.by == CUSTOMER for each in terms):
        told.append(_("The customer is reminded of their own part; the organisation's part does not wait for it."))
    return told if terms else []


def _signatures(
    work: Work, complaint: Complaint, dispute: Dispute, outcome: Outcome, terms: list[Obligation]
) -> list[Section]:
    """Who accepted it in the bot, and when: that stands for a signature."""
    accepted = (
        (CUSTOMER, dispute_paper.customer(complaint, IN_COLUMN), "", outcome.customer, outcome.customer_at),
        (
            ORGANISATION,
            dispute_paper.organisation(work),
            dispute_paper.represented(work, complaint),
            outcome.ours,
            outcome.our_at,
        ),
    )
    known = code(grouped(digest(dispute, outcome, terms)))
    signed = [_signature(side, [who, as_what], at, known) for side, who, as_what, yes, at in accepted if yes and at]
    return [{"heading": _("Accepted by"), "style": "signatures", "signatures": signed}] if signed else []


def _signature(side: str, who: list[str], at: datetime, known: str) -> dict[str, Any]:
    return {
        "side": str(LABELS[side]),
        "who": [each for each in who if each],
        "lines": [
            _("Accepted electronically"),
            moment(at),
            fill(_("Digest of the terms: {digest}"), digest=known),
        ],
    }
