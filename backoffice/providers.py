"""The register of those who resolve disputes outside (ISO 10003, annex J): what the organisation's file says of them,
what was set by hand over it, who of them fits a case, and whom to try first."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from pydantic import ValidationError

from backoffice import errors, rights
from backoffice.organisation_file import Words
from backoffice.provider_file import Binding, Method, Payer, Provider, ProviderType
from backoffice.words import required
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import referrals_of
from storage.providers import ProviderNote, notes

MAX_NAME, MAX_CONTACT, MAX_INTERESTS = 56, 120, 500  # letters
MAX_DAYS = 365
BUSINESS, BY_AGREEMENT, CHEAPEST_FIRST, PUBLIC_BODY = "business", "by_agreement", "cheapest_first", "public_body"
TYPES: dict[Method, ProviderType] = {
    "facilitative": "mediator",
    "advisory": "expert",
    "determinative": "arbitration_centre",
}
OFFICIAL: tuple[ProviderType, ...] = ("authority", "court")  # they hold their power by law
PAYERS: tuple[Payer, ...] = ("free", "organisation", "shared", "customer")  # the cheapest for the customer first


@dataclass(frozen=True, slots=True)
class Listed:
    """A provider as it stands in the register; `added`: by hand, so the file knows nothing of it."""

    provider: Provider
    active: bool
    added: bool

    @property
    def code(self) -> str:
        return self.provider.code

    @property
    def interests(self) -> Words | None:
        """What it declared about its independence, as far as it did."""
        return self.provider.interests


# ------------------------------------------------------------------ the register


def register(work: Work) -> list[Listed]:
    """All of them, those of the file first, switched off ones included."""
    rights.require(work, "see_providers")
    return _listed(work)


def entry(work: Work, code: str) -> Listed:
    """One of them, for the staff. Raises errors.NotFound."""
    rights.require(work, "see_providers")
    return _entry(work, code)


def find(work: Work, code: str) -> Provider | None:
    """Also one that is switched off: what it was asked to do before goes on."""
    return next((each.provider for each in _listed(work) if each.code == code), None)


def named(code: str, name: str, contact: str) -> Provider:
    """A mediator whom a customer named: all that is known of them. What they cost, the organisation pays (4.8)."""
    words = Words(fa=name, ar=name, en=name)
    return Provider(code=code, type="mediator", words=words, methods=("facilitative",), consent=True, contact=contact)


def gone(code: str, method: Method) -> Provider:
    """One that stands in no file any more, while cases are with it: nothing is known but its code. Its decision may
    bind as far as it then could at most; nobody comes free by a file that was changed."""
    binding: Binding = "both" if method == "determinative" else "none"
    words = Words(fa=code, ar=code, en=code)
    return Provider(code=code, type=TYPES[method], words=words, methods=(method,), binding=binding, consent=True)


def official(work: Work) -> set[str]:
    """The codes of courts and of authorities, switched off ones included, and of ombudsmen whose decision binds the
    organisation. Whoever conciliates, arbitrates by agreement or stands for a trade or for customers is none of them,
    whatever it decides: not a union, an association, a council of dispute settlement, or a centre of arbitration."""
    found = (each.provider for each in _listed(work))
    return {
        each.code for each in found if each.type in OFFICIAL or (each.type == "ombudsman" and each.binding != "none")
    }


def _listed(work: Work) -> list[Listed]:
    by_hand = {note.code: note for note in notes(work.db)}
    of_file = work.organisation.providers
    known = {each.code for each in of_file}
    added = [Provider.model_validate(note.added) for code, note in by_hand.items() if note.added and code not in known]
    return [
        *(_laid_over(each, by_hand.get(each.code), added=False) for each in of_file),
        *(_laid_over(each, by_hand[each.code], added=True) for each in added),
    ]


def _laid_over(provider: Provider, note: ProviderNote | None, *, added: bool) -> Listed:
    if note is None:
        return Listed(provider, active=True, added=added)
    said = note.interests
    changes = {
        "interests": Words(fa=said, ar=said, en=said) if said else None,  # as it was declared, whoever reads it
        "contact": note.contact,
        "url": note.url,
    }
    changed = provider.model_copy(update={name: value for name, value in changes.items() if value is not None})
    return Listed(changed, active=note.active, added=added)


def _entry(work: Work, code: str) -> Listed:
    found = next((each for each in _listed(work) if each.code == code), None)
    if found is None:
        raise errors.NotFound(what="provider")
    return found


# ------------------------------------------------------------------ what is set by hand


def switch(work: Work, code: str, active: bool) -> None:
    """Offer a provider again, or no longer; cases that are with it stay there.

    Raises errors.Invalid for the last one: nobody may be left without a way outside.
    """
    rights.require(work, "set_providers")
    if _entry(work, code).active == active:
        raise errors.Stale()
    if not active and not [each for each in _listed(work) if each.active and each.code != code]:
        raise errors.Invalid(what="last_provider")
    _note(work, code).active = active
    work.record("provider.switched", code=code, active=active)


def note_interests(work: Work, code: str, words: str) -> None:
    """Keep what a provider declared about its independence; both sides read it before they agree (S5)."""
    rights.require(work, "set_providers")
    _entry(work, code)
    _note(work, code).interests = required(words, MAX_INTERESTS)
    work.record("provider.interests_noted", code=code)


@dataclass(frozen=True, slots=True)
class NewProvider:
    """Somebody whom the file does not have, and who acts with the consent of both sides. `days`: calendar days."""

    words: Words
    methods: tuple[Method, ...]
    contact: str
    payer: Payer = "organisation"
    days: int | None = None
    binding: Binding = "none"
    type: ProviderType | None = None  # if it is not named, what it does says it

    def provider(self, code: str) -> Provider:
        """As the register has it. Raises errors.Invalid for what contradicts itself or is too long."""
        if self.days is not None and not 0 < self.days <= MAX_DAYS:
            raise errors.Invalid(what="no_days")
        if not self.methods:
            raise errors.Invalid(what="unknown_choice")
        try:
            return Provider(
                code=code,
                type=self.type or TYPES[self.methods[0]],
                words=Words(**{language: required(text, MAX_NAME) for language, text in self.words}),
                methods=self.methods,
                binding=self.binding,
                consent=True,
                payer=self.payer,
                days=self.days,
                contact=required(self.contact, MAX_CONTACT),
            )
        except ValidationError as error:
            raise errors.Invalid(what="unknown_choice") from error


def add(work: Work, new: NewProvider) -> Provider:
    """Take somebody into the register. Raises errors.Invalid."""
    rights.require(work, "set_providers")
    known = {each.code for each in _listed(work)}
    provider = new.provider(next(name for n in count(1) if (name := f"added_{n}") not in known))
    _note(work, provider.code).added = provider.model_dump(mode="json", exclude_defaults=True)
    work.record("provider.added", code=provider.code, type=provider.type, methods=list(provider.methods))
    return provider


def _note(work: Work, code: str) -> ProviderNote:
    note = work.db.get(ProviderNote, code) or ProviderNote(code=code, at=work.now)
    note.set_by, note.at = work.actor.id, work.now
    work.db.add(note)
    return note


# ------------------------------------------------------------------ who fits a case


@dataclass(frozen=True, slots=True)
class Dispute:
    """What is known of a dispute when somebody outside is looked for; None is what is not known."""

    country: str
    sector: str
    language: str | None
    business: bool | None
    amount: Decimal | None
    important: bool

    def fits(self, provider: Provider) -> bool:
        """Whether the provider is there for it (ISO 10003, 4.8: suitability). What is not known rules nobody out."""
        only = {"only": True, "never": False}.get(provider.business)
        return (
            provider.reaches(self.country, self.sector)
            and (self.language is None or not provider.languages or self.language in provider.languages)
            and (self.business is None or only in (None, self.business))
            and (self.amount is None or (provider.least or 0) <= self.amount)
            and (self.amount is None or provider.most is None or self.amount <= provider.most)
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """For which disputes whom to try first, and the code of the reason."""

    reason: str
    when: Callable[[Dispute], bool]
    whom: Callable[[Provider], bool]


RULES = (
    Rule(BUSINESS, lambda dispute: dispute.important, lambda p: p.consent and p.type == "mediator"),  # S21
    Rule(CHEAPEST_FIRST, lambda _: True, lambda p: p.consent and "facilitative" in p.methods),
    Rule(PUBLIC_BODY, lambda _: True, lambda p: not p.consent and p.type != "court"),
    Rule(BY_AGREEMENT, lambda _: True, lambda p: p.consent),
)
"""The first rule that holds and finds somebody decides; of several, the cheapest for the customer, then the quickest.

Methods that leave most to the two sides come before those that decide for them (ISO 10003, annex A)."""


def eligible(work: Work, complaint: Complaint | None, *, amount: Decimal | None = None) -> list[Provider]:
    """Who can be turned to in this case, whom to try first in front; without a case, whoever is there at all."""
    dispute = _dispute(work, complaint, amount)
    found = _fitting(work, dispute)
    best = _best(dispute, _untried(work, complaint, found))
    return sorted(found, key=lambda each: (each is not (best and best[0]), each.type == "court"))


def recommended(
    work: Work, complaint: Complaint | None, *, amount: Decimal | None = None
) -> tuple[Provider, str] | None:
    """Whom to try first, and the code of the reason; None if nobody fits. Whoever was tried in vain is not suggested
    once more, as long as there is somebody else."""
    dispute = _dispute(work, complaint, amount)
    return _best(dispute, _untried(work, complaint, _fitting(work, dispute)))


def _dispute(work: Work, complaint: Complaint | None, amount: Decimal | None) -> Dispute:
    rules = work.organisation
    business = bool(complaint.company) if complaint else None
    key_account = complaint is not None and complaint.account_id is not None
    return Dispute(
        country=rules.country,
        sector=rules.disputes.sector,
        language=complaint.language if complaint else None,
        business=business,
        amount=amount,
        important=bool(business) and (key_account or amount is None or amount >= rules.disputes.important_from),
    )


def _fitting(work: Work, dispute: Dispute) -> list[Provider]:
    return [each.provider for each in _listed(work) if each.active and dispute.fits(each.provider)]


def _untried(work: Work, complaint: Complaint | None, found: list[Provider]) -> list[Provider]:
    tried = {each.provider for each in referrals_of(work.db, complaint.id) if each.ended} if complaint else set()
    return [each for each in found if each.code not in tried] or found


def _best(dispute: Dispute, found: list[Provider]) -> tuple[Provider, str] | None:
    for rule in RULES:
        fitting = [each for each in found if rule.when(dispute) and rule.whom(each)]
        if fitting:
            return min(fitting, key=_cost), rule.reason
    return None


def _cost(provider: Provider) -> tuple[int, int]:
    return PAYERS.index(provider.payer), provider.days or MAX_DAYS
