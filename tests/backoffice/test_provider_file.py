"""The packs of the countries, and what both sides agree to before one of the providers begins."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backoffice import providers
from backoffice.organisation import DEFAULT, load
from backoffice.organisation_file import Words
from backoffice.provider_file import Provider, pack, packs
from tests.backoffice.conftest import Scene
from tests.backoffice.test_providers import LANGUAGES, LEAST, SARA


@pytest.fixture
def manager(scene: Scene) -> int:
    return scene.staff("dispute_manager", department=None)


def words(provider: Provider) -> Iterator[Words]:
    return (each for each in vars(provider).values() if isinstance(each, Words))


class TestPacks:
    def test_there_is_one_for_each_country_and_one_for_everywhere_else(self) -> None:
        assert packs() == ["AE", "EG", "INT", "IR", "SA"]
        assert len(pack("IR")) >= 8

    @pytest.mark.parametrize("code", packs())
    def test_every_text_is_there_in_its_own_letters_and_fits(self, code: str) -> None:
        for provider in pack(code):
            for each in words(provider):
                assert not set(each.fa) & set("كيىة"), each.fa
                assert not set(each.ar) & set("کیپچژگ"), each.ar
                assert each.en.isascii()
            assert max(len(provider.words[language]) for language in LANGUAGES) <= providers.MAX_NAME

    @pytest.mark.parametrize("code", packs())
    def test_every_figure_has_its_source(self, code: str) -> None:
        for provider in pack(code):
            assert provider.source
            figures = provider.time and any(map(str.isdigit, provider.time.en))
            assert not figures or any(map(str.isdigit, provider.source))

    @pytest.mark.parametrize("code", packs())
    def test_costs_and_times_are_whole_sentences(self, code: str) -> None:
        for provider in pack(code):
            for each in (provider.cost, provider.time):
                assert each is None or all(each[language].endswith(".") for language in LANGUAGES)

    def test_the_wheel_takes_them_along(self) -> None:
        """Whole packages are built in, so a pack is there if its folder lies in one of them."""
        settings = tomllib.loads((DEFAULT.parent.parent / "pyproject.toml").read_text("utf-8"))
        wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
        assert wheel == {"packages": ["bot", "backoffice", "storage", "locales"]}
        assert {path.parent for path in DEFAULT.parent.glob("providers/*.toml")} == {DEFAULT.parent / "providers"}

    def test_an_own_provider_replaces_that_of_the_pack(self, tmp_path: Path) -> None:
        file = tmp_path / "organisation.toml"
        file.write_text(DEFAULT.read_text("utf-8").replace('code = "mediator"\n', 'code = "enamad"\n', 1), "utf-8")
        found = load(file).providers
        assert [each.type for each in found if each.code == "enamad"] == ["mediator"]
        assert len(found) == len(pack("IR"))


class TestModel:
    @pytest.mark.parametrize(
        ("type_", "independent"),
        [("internal_arbitration_board", False), ("independent_legal_adviser", True), ("trade_body", True)],
    )
    def test_a_board_of_our_own_is_not_independent(self, type_: str, independent: bool) -> None:
        provider = Provider.model_validate({**LEAST, "type": type_, "methods": ["advisory"]})
        assert provider.independent is independent


class TestConsent:
    @pytest.mark.parametrize("code", packs())
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_says_all_of_it_and_fits_a_message(self, code: str, language: str) -> None:
        rules = load()
        for provider in pack(code):
            for method in provider.methods:
                shown = rules.consent(provider, method, language).fill(lambda number: f"<{number}>")
                for said in (provider.words, rules.methods[method], rules.payers[provider.payer], rules.name):
                    assert said[language] in shown
                assert "{" not in shown
                assert len(shown) < 3500

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_whom_it_binds_depends_on_the_method(self, language: str) -> None:
        rules = load()
        enamad = next(each for each in rules.providers if each.code == "enamad")
        agreed, decided = (
            rules.consent_values(enamad, method, language) for method in ("facilitative", "determinative")
        )
        assert (agreed["binding"], agreed["longest_days"]) == (rules.bindings["none"][language], 30)
        assert (decided["binding"], decided["longest_days"]) == (rules.bindings["both"][language], 90)
        assert agreed["court"] == rules.consent_words["court_open"][language]
        assert decided["court"] == rules.consent_words["court_bound"][language]

    def test_a_time_without_words_is_told_in_days(self) -> None:
        rules = load()
        mediator = rules.providers[0].model_copy(update={"time": None})
        times = [rules.consent_values(mediator, "facilitative", language)["time"] for language in LANGUAGES]
        assert times == ["حداکثر ۲۱ روز.", "الحد الأقصى بالأيام: ٢١.", "In days, at most: 21."]
        unknown = mediator.model_copy(update={"days": None})
        assert rules.consent_values(unknown, "facilitative", "en")["time"] == "How long it usually takes is not known."

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_a_mediator_whom_the_customer_named_no_independence_is_claimed(self, language: str) -> None:
        rules = load()
        said = rules.consent_values(providers.named("named.7", "Ms Amin", ""), "facilitative", language)
        assert said["kind"] == rules.consent_words["named_kind"][language]
        assert said["independence"] == rules.consent_words["named"][language]

    def test_a_board_of_our_own_is_called_so(self) -> None:
        rules = load()
        board = rules.providers[0].model_copy(update={"type": "internal_arbitration_board", "interests": None})
        shown = rules.consent(board, "facilitative", "en").fill()
        assert "not fully independent" in shown
        assert "none were declared" in shown

    def test_one_version_for_the_three_languages(self) -> None:
        rules = load()
        assert len({rules.consent(rules.providers[0], "facilitative", each).version for each in LANGUAGES}) == 1

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("Nothing begins, and", "Nothing starts, and"),
            ('fa = "دفتر میانجیگری مهر"', 'fa = "دفتر میانجیگری ماه"'),
            ('en = "no financial relation', 'en = "some financial relation'),
            ('mediation = "30 cd"', 'mediation = "31 cd"'),
            ('ar = "تتحمل المؤسسة', 'ar = "تدفع المؤسسة'),
        ],
    )
    def test_whatever_it_says_changes_the_version_in_every_language(self, tmp_path: Path, old: str, new: str) -> None:
        shipped, before = DEFAULT.read_text("utf-8"), load()
        assert old in shipped
        (tmp_path / "organisation.toml").write_text(shipped.replace(old, new, 1), "utf-8")
        after = load(tmp_path / "organisation.toml")
        for language in LANGUAGES:
            versions = {each.consent(each.providers[0], "facilitative", language).version for each in (before, after)}
            assert len(versions) == 2

    def test_a_declaration_that_was_noted_by_hand_changes_it(self, scene: Scene, manager: int) -> None:
        rules = scene.office.organisation
        with scene.acting(manager) as work:
            providers.note_interests(work, "mediator", "A cousin of the owner.")
            noted = providers.find(work, "mediator")
        assert noted
        text = rules.consent(noted, "facilitative", "fa")
        assert "A cousin of the owner." in text.fill()
        assert text.version != rules.consent(rules.providers[0], "facilitative", "fa").version

    def test_what_somebody_typed_is_no_placeholder(self, scene: Scene, manager: int) -> None:
        with scene.acting(manager) as work:
            added = providers.add(work, replace(SARA, words=Words(fa="{x}", ar="{days}", en="{organisation} {")))
        rules = scene.office.organisation
        for language in LANGUAGES:
            assert added.words[language] in rules.consent(added, "facilitative", language).fill()
