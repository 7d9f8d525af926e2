"""Who resolves disputes outside: what is set by hand, who fits a case, and whom to try first."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from backoffice import errors, providers
from backoffice.organisation import Organisation
from backoffice.organisation_file import Words
from backoffice.provider_file import Binding, Method, Provider, pack
from backoffice.providers import PAYERS, RULES, Dispute, NewProvider
from storage import journal
from storage.complaints import Complaint
from tests.backoffice.conftest import Scene

LANGUAGES = ("fa", "ar", "en")
LEAST = {"code": "x", "type": "mediator", "words": {"fa": "ش", "ar": "ش", "en": "x"}, "consent": True}
SARA = NewProvider(Words(fa="سارا", ar="سارة", en="Sara"), ("facilitative",), "sara@mediation.example", days=14)


@pytest.fixture
def manager(scene: Scene) -> int:
    return scene.staff("dispute_manager", department=None)


def case(language: str = "en", company: str | None = None) -> Complaint:
    return Complaint(stage="in_dispute", customer_id=1, language=language, company=company, opened_at=0, touched_at=0)


def elsewhere(scene: Scene, country: str, pack_: str, sector: str) -> Organisation:
    """The same organisation in another country."""
    rules = scene.office.organisation
    disputes = rules.disputes.model_copy(update={"pack": pack_, "sector": sector})
    moved = rules.model_copy(update={"country": country, "disputes": disputes})
    vars(moved).pop("providers", None)
    scene.office.organisation = moved
    return moved


def eligible(scene: Scene, complaint: Complaint | None = None, amount: int | None = None) -> list[str]:
    with scene.office.look() as work:
        found = providers.eligible(work, complaint, amount=None if amount is None else Decimal(amount))
    return [each.code for each in found]


def recommended(scene: Scene, complaint: Complaint | None, amount: int | None = None) -> tuple[str, str] | None:
    with scene.office.look() as work:
        found = providers.recommended(work, complaint, amount=None if amount is None else Decimal(amount))
    return (found[0].code, found[1]) if found else None


class TestRegister:
    def test_it_holds_the_file_and_the_pack(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            listed = providers.register(work)
        assert [each.code for each in listed] == [each.code for each in scene.office.organisation.providers]
        assert all(each.active and not each.added for each in listed)

    def test_who_is_switched_off_is_offered_to_nobody_and_still_found(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            providers.switch(work, "enamad", active=False)
        assert "enamad" not in eligible(scene)
        with scene.acting(manager) as work:
            assert providers.find(work, "enamad") == next(p for p in pack("IR") if p.code == "enamad")
            assert not providers.entry(work, "enamad").active
            providers.switch(work, "enamad", active=True)
        assert "enamad" in eligible(scene)

    def test_the_switch_is_turned_once(self, scene: Scene, manager: int) -> None:
        with pytest.raises(errors.Stale), scene.acting(manager) as work:
            providers.switch(work, "enamad", active=True)

    def test_the_last_one_stays(self, scene: Scene, manager: int) -> None:
        codes = [each.code for each in scene.office.organisation.providers]
        with scene.acting(manager) as work:
            for code in codes[1:]:
                providers.switch(work, code, active=False)
        with pytest.raises(errors.Invalid) as refusal, scene.acting(manager) as work:
            providers.switch(work, codes[0], active=False)
        assert refusal.value.facts == {"what": "last_provider"}

    def test_nobody_is_found_under_a_code_of_nobody(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            assert providers.find(work, "nobody") is None
            for act in (
                lambda: providers.switch(work, "nobody", active=False),
                lambda: providers.note_interests(work, "nobody", "None."),
                lambda: providers.entry(work, "nobody"),
            ):
                with pytest.raises(errors.NotFound):
                    act()

    def test_what_was_declared_is_read_by_everybody_as_it_was_said(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            providers.note_interests(work, "enamad", "  Was paid by the shop\u202e in 2020. ")
            providers.switch(work, "enamad", active=False)
        with scene.acting(manager) as work:
            interests = providers.entry(work, "enamad").interests
        assert interests == Words.model_validate(dict.fromkeys(LANGUAGES, "Was paid by the shop in 2020."))

    @pytest.mark.parametrize("said", [" ", "x" * 501])
    def test_a_declaration_is_said_and_no_novel(self, scene: Scene, manager: int, said: str) -> None:
        with pytest.raises(errors.Invalid), scene.acting(manager) as work:
            providers.note_interests(work, "enamad", said)

    def test_what_is_done_is_recorded_without_words(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            providers.switch(work, "enamad", active=False)
            providers.note_interests(work, "enamad", "None.")
            providers.add(work, SARA)
        with scene.office.look() as work:
            events = [each for each in journal.history(work.db, journal.DESK) if each.event.startswith("provider.")]
        assert [(each.event, each.facts) for each in events] == [
            ("provider.switched", {"code": "enamad", "active": False}),
            ("provider.interests_noted", {"code": "enamad"}),
            ("provider.added", {"code": "added_1", "type": "mediator", "methods": ["facilitative"]}),
        ]
        assert {each.actor_id for each in events} == {scene.person(manager).id}


@pytest.mark.parametrize(
    ("country", "codes"),
    [
        ("IR", "consumer_protection discretionary_punishments"),
        ("SA", "cst ministry_of_commerce sama_cares tga"),
        ("AE", "dubai_consumer sanadak"),
        ("EG", "consumer_protection"),
        ("INT", "consumer_authority court financial_ombudsman"),
    ],
)
def test_official_is_who_holds_power_by_law(scene: Scene, country: str, codes: str) -> None:
    """Not an ombudsman who only advises, a trade body, or who conciliates or arbitrates by agreement."""
    elsewhere(scene, country, country, "retail")
    with scene.office.look() as work:
        assert sorted(providers.official(work) & {each.code for each in pack(country)}) == codes.split()


class TestAdding:
    @pytest.mark.parametrize(
        ("methods", "kind"),
        [
            (("facilitative", "advisory"), "mediator"),
            (("advisory",), "expert"),
            (("determinative",), "arbitration_centre"),
        ],
    )
    def test_what_they_do_says_what_they_are(self, methods: tuple[Method, ...], kind: str) -> None:
        binding: Binding = "both" if "determinative" in methods else "none"
        assert replace(SARA, methods=methods, binding=binding).provider("new").type == kind

    def test_who_does_nothing_is_nobody(self) -> None:
        with pytest.raises(errors.Invalid):
            replace(SARA, methods=()).provider("new")

    def test_who_is_added_acts_with_the_consent_of_both(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            added = providers.add(work, SARA)
            second = providers.add(work, replace(SARA, methods=("determinative",), binding="both", days=None))
        assert (added.code, second.code) == ("added_1", "added_2")
        with scene.acting(manager) as work:
            assert [each for each in providers.register(work) if each.added] == [
                providers.Listed(added, active=True, added=True),
                providers.Listed(second, active=True, added=True),
            ]
        assert added.consent
        assert {"added_1", "added_2"} <= set(eligible(scene, case()))

    def test_who_they_are_is_encrypted_at_rest(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            providers.add(work, SARA)
            providers.note_interests(work, "added_1", "A cousin of the owner.")
        with scene.office.engine.connect() as connection:
            (row,) = connection.execute(text("SELECT * FROM provider_note")).all()
        assert "sara" not in repr(tuple(row)).lower()
        assert "cousin" not in repr(tuple(row))

    @pytest.mark.parametrize(
        ("new", "what"),
        [
            (replace(SARA, days=0), "no_days"),
            (replace(SARA, days=366), "no_days"),
            (replace(SARA, contact=" \u202e"), "empty"),
            (replace(SARA, contact="x" * 121), "too_long"),
            (replace(SARA, words=Words(fa="ش" * 57, ar="ش", en="x")), "too_long"),
            (replace(SARA, methods=()), "unknown_choice"),
            (replace(SARA, methods=("determinative",)), "unknown_choice"),
            (replace(SARA, binding="both"), "unknown_choice"),
        ],
    )
    def test_what_cannot_be_is_refused(self, scene: Scene, manager: int, new: NewProvider, what: str) -> None:
        with pytest.raises(errors.Invalid) as refusal, scene.acting(manager) as work:
            providers.add(work, new)
        assert refusal.value.facts["what"] == what


class TestEligible:
    def test_an_iranian_shop_is_led_to_enamad(self, scene: Scene) -> None:
        found = eligible(scene, case())
        assert found[0] == "mediator"
        assert "enamad" in found

    @pytest.mark.parametrize(
        ("country", "pack_", "sector", "there", "not_there"),
        [
            ("SA", "SA", "telecom", "cst", "sama_cares"),
            ("SA", "SA", "banking", "sama_cares", "tga"),
            ("AE", "AE", "banking", "sanadak", "cst"),
            ("AE", "AE", "retail", "dubai_consumer", "sanadak"),
            ("EG", "EG", "retail", "consumer_protection", "enamad"),
            ("DE", "INT", "retail", "adr_body", "financial_ombudsman"),
            ("GB", "INT", "insurance", "financial_ombudsman", "adr_body"),
        ],
    )
    def test_the_list_differs_by_country_and_sector(
        self, scene: Scene, country: str, pack_: str, sector: str, there: str, not_there: str
    ) -> None:
        """S15, and S18: another pack, other providers."""
        elsewhere(scene, country, pack_, sector)
        found = eligible(scene, case())
        assert there in found
        assert not_there not in found

    def test_businesses_and_consumers_have_bodies_of_their_own(self, scene: Scene) -> None:
        consumer, business = eligible(scene, case()), eligible(scene, case(company="Acme"))
        assert "consumer_association" in consumer
        assert "arbitration_centre" not in consumer
        assert "arbitration_centre" in business
        assert "consumer_association" not in business

    def test_the_court_comes_last(self, scene: Scene) -> None:
        elsewhere(scene, "NO", "INT", "retail")
        assert eligible(scene, case())[-1] == "court"

    def test_without_a_case_it_is_all_who_are_there(self, scene: Scene) -> None:
        assert set(eligible(scene)) == {each.code for each in scene.office.organisation.providers}


class TestRecommended:
    def test_the_mediator_is_tried_first(self, scene: Scene) -> None:
        assert recommended(scene, case()) == ("mediator", "cheapest_first")

    @pytest.mark.parametrize(
        ("amount", "reason"), [(None, "business"), (2_000_000_000, "business"), (1_999_999_999, "cheapest_first")]
    )
    def test_an_important_business_dispute_goes_to_a_mediator(
        self, scene: Scene, amount: int | None, reason: str
    ) -> None:
        """S21; what the amount is worth is not known before somebody says it, and then it counts as important."""
        assert recommended(scene, case(company="Acme"), amount) == ("mediator", reason)

    def test_the_cheaper_then_the_quicker(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            providers.add(work, SARA)  # 14 days, as the other's 21, and paid by us, too
        assert recommended(scene, case()) == ("added_1", "cheapest_first")
        with scene.acting(manager) as work:
            providers.add(work, replace(SARA, payer="free", days=90))
        assert recommended(scene, case()) == ("added_2", "cheapest_first")
        assert eligible(scene, case())[0] == "added_2"

    def test_without_a_mediator_it_is_a_public_body(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            providers.switch(work, "mediator", active=False)
        found = recommended(scene, case())
        assert found == ("enamad", "public_body")

    def test_last_of_all_who_decides_by_agreement(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            for provider in work.organisation.providers:
                if provider.code != "arbitration_centre":
                    providers.switch(work, provider.code, active=False)
        assert recommended(scene, case(company="Acme")) == ("arbitration_centre", "by_agreement")
        assert recommended(scene, case()) is None


def made(methods: list[Method], binding: Binding, **more: object) -> Provider:
    decides = "determinative" in methods
    return Provider.model_validate({**LEAST, **more, "methods": methods, "binding": binding if decides else "none"})


COUNTRIES, SECTORS = st.sampled_from(["IR", "SA"]), st.sampled_from(["retail", "banking"])
AMOUNTS = st.none() | st.integers(1, 9)
PROVIDERS = st.builds(
    made,
    methods=st.lists(st.sampled_from(["facilitative", "advisory", "determinative"]), min_size=1, unique=True),
    binding=st.sampled_from(["organisation", "both"]),
    type=st.sampled_from(["mediator", "authority", "court"]),
    consent=st.booleans(),
    payer=st.sampled_from(PAYERS),
    days=st.none() | st.integers(1, 90),
    countries=st.lists(COUNTRIES, max_size=1),
    sectors=st.lists(SECTORS, max_size=1),
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=2, unique=True),
    business=st.sampled_from(["any", "only", "never"]),
    least=st.none() | st.integers(1, 4),
    most=st.none() | st.integers(5, 9),
)
DISPUTES = st.builds(
    Dispute,
    country=COUNTRIES,
    sector=SECTORS,
    language=st.none() | st.sampled_from(LANGUAGES),
    business=st.none() | st.booleans(),
    amount=AMOUNTS.map(lambda amount: None if amount is None else Decimal(amount)),
    important=st.booleans(),
)


class TestSuitability:
    @given(DISPUTES, PROVIDERS)
    def test_whoever_is_offered_can_be_turned_to(self, dispute: Dispute, provider: Provider) -> None:
        if dispute.fits(provider):
            assert provider.countries in ((), (dispute.country,))
            assert provider.sectors in ((), (dispute.sector,))
            assert dispute.language in (None, *(provider.languages or LANGUAGES))
            assert (provider.business, dispute.business) not in {("only", False), ("never", True)}
            if dispute.amount is not None:
                assert (provider.least or 0) <= dispute.amount <= (provider.most or 9)

    @given(DISPUTES, PROVIDERS)
    def test_what_is_not_known_rules_nobody_out(self, dispute: Dispute, provider: Provider) -> None:
        unknown = replace(dispute, language=None, business=None, amount=None)
        assert unknown.fits(provider) or not dispute.fits(provider)
        assert unknown.fits(provider) == provider.reaches(dispute.country, dispute.sector)

    @given(DISPUTES, PROVIDERS)
    def test_a_wider_reach_loses_nobody(self, dispute: Dispute, provider: Provider) -> None:
        anywhere = provider.model_copy(
            update={"countries": (), "sectors": (), "languages": (), "least": None, "most": None, "business": "any"}
        )
        assert dispute.fits(anywhere)

    @given(DISPUTES, st.lists(PROVIDERS, max_size=6))
    def test_whom_to_try_first_is_one_of_them_and_none_is_cheaper(
        self, dispute: Dispute, found: list[Provider]
    ) -> None:
        best = providers._best(dispute, found)
        if best is None:
            assert all(each.type == "court" and not each.consent for each in found)
            return
        rule = next(rule for rule in RULES if rule.reason == best[1])
        assert rule.when(dispute)
        alike = [each for each in found if rule.whom(each)]
        assert best[0] in alike
        assert min(PAYERS.index(each.payer) for each in alike) == PAYERS.index(best[0].payer)
