"""What a complaint is about besides its category: said in the form, corrected by staff, counted, and noticed."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice import assessment, complaints, errors, intake, organisation
from backoffice.figures import feed
from backoffice.figures.facts import Kind
from backoffice.figures.reading import Part, Reading
from backoffice.learning import actions, effects, recurrence
from backoffice.learning.occurrences import Pattern
from backoffice.organisation import DEFAULT, load
from backoffice.organisation_file import OrganisationError
from storage.figures import Alarm
from tests.backoffice.conftest import Scene
from tests.backoffice.test_recurrence import DAY, alarms, pass_an_hour, told
from tests.wares import PRODUCTS, entry, rules_with

EXAMPLE = ("# products = [", "# branches = [")


@pytest.fixture
def shop(scene: Scene, tmp_path: Path) -> Scene:
    scene.office.organisation = rules_with(tmp_path)
    return scene


def complain(shop: Scene, product: str | None = "fridge", category: str = "delivery.late") -> str:
    customer = shop.customer()
    with shop.acting(customer) as work:
        draft = intake.begin(work, "en")
        intake.choose_category(work, draft, category)
        intake.choose_item(work, draft, "product", product)
        intake.tell_story(work, draft, "It does not cool.")
        return intake.submit(work, draft).complaint.code or ""


def refused(folder: Path, more: str) -> str:
    file = folder / "organisation.toml"
    file.write_text(more + DEFAULT.read_text("utf-8"), "utf-8")
    with pytest.raises(OrganisationError) as refusal:
        load(file)
    return f"{refusal.value.key} {refusal.value.reason}"


class TestFile:
    def test_the_one_that_ships_has_none_but_an_example_that_holds(self, tmp_path: Path) -> None:
        assert (load().products, load().branches) == ((), ())
        lines = DEFAULT.read_text("utf-8").splitlines()
        first, last = (next(n for n, line in enumerate(lines) if line.startswith(each)) for each in EXAMPLE)
        end = lines.index("# ]", last) + 1
        lines[first:end] = [line.removeprefix("# ") for line in lines[first:end]]
        (tmp_path / "organisation.toml").write_text("\n".join(lines), "utf-8")
        used = load(tmp_path / "organisation.toml")
        assert [each.code for each in (*used.products, *used.branches)] == ["fridge", "installation", "isfahan"]

    def test_what_contradicts_itself_is_refused_with_its_place(self, tmp_path: Path) -> None:
        one = entry("kettle", "ک", "غ", "Kettle")
        unknown = entry("kettle", "ک", "غ", "Kettle", "moon")
        assert refused(tmp_path, f"products = [{one}, {one}]\n") == "products[kettle] stands there twice"
        assert refused(tmp_path, f"branches = [{unknown}]\n") == (
            'branches[kettle].department there is no department "moon"'
        )
        assert "100 are allowed" in refused(tmp_path, f"products = [{', '.join([one] * 101)}]\n")
        assert "longer than 32" in refused(tmp_path, f"products = [{entry('kettle', 'ک', 'غ', 'K' * 33)}]\n")

    @settings(max_examples=15)
    @given(
        st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True), unique=True, max_size=20),
        st.sampled_from([each.code for each in organisation.load().departments]),
    )
    def test_whatever_is_listed_is_there_in_its_order(self, codes: list[str], department: str) -> None:
        listed = ", ".join(entry(code, "ش", "ش", code, department) for code in codes)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "organisation.toml"
            file.write_text(f"branches = [{listed}]\n" + DEFAULT.read_text("utf-8"), "utf-8")
            rules = load(file)
        assert [(each.code, each.words.en) for each in rules.branches] == [(code, code) for code in codes]
        assert all(rules.item("branch", code) and not rules.item("product", code) for code in codes)


class TestSaid:
    def test_in_the_form_and_in_the_log_of_its_receipt(self, shop: Scene) -> None:
        case = shop.case(complain(shop))
        assert (case.product, case.branch, case.department) == ("fridge", None, "delivery")
        with shop.office.look() as work:
            (submitted,) = [each for each in work.history(case) if each.event == "complaint.submitted"]
        assert (submitted.facts["product"], "branch" in submitted.facts) == ("fridge", False)

    def test_nothing_that_the_file_does_not_have(self, shop: Scene) -> None:
        for code in ("rocket", "branch_0", "-"):
            with pytest.raises(errors.Invalid):
                complain(shop, code)

    def test_staff_correct_it_and_the_log_says_how_it_was(self, shop: Scene) -> None:
        handler, other = shop.staff("handler"), shop.staff("handler", department="finance")
        code = complain(shop, None)
        shop.act(handler, code, lambda work, case: assessment.correct(work, case, "product", "kettle"))
        shop.act(handler, code, lambda work, case: assessment.correct(work, case, "branch", "branch_7"))
        shop.act(handler, code, lambda work, case: assessment.correct(work, case, "product", "washer"))
        case = shop.case(code)
        assert (case.product, case.branch) == ("washer", "branch_7")
        with shop.office.look() as work:
            found = [each.facts for each in work.history(case) if each.event == "complaint.corrected"]
        assert found == [
            {"product": "kettle", "was": None},
            {"branch": "branch_7", "was": None},
            {"product": "washer", "was": "kettle"},
        ]
        with shop.acting(handler) as work, pytest.raises(errors.Invalid):
            assessment.correct(work, complaints.find(work, code), "product", "rocket")
        with shop.acting(other) as work, pytest.raises(errors.NotFound):
            assessment.correct(work, shop.case(code), "product", None)


class TestCounted:
    def received(self, shop: Scene, **part: str) -> int:
        with shop.office.look() as work:
            month = work.organisation.counting.at("month", work.now)
            return Reading(work, month, Part(**part)).count(Kind.RECEIVED)

    def test_by_what_it_is_about_now_also_when_the_file_has_it_no_more(self, shop: Scene) -> None:
        handler = shop.staff("handler")
        code = complain(shop)
        complain(shop, "kettle")
        shop.act(handler, code, lambda work, case: assessment.correct(work, case, "branch", "branch_1"))
        pass_an_hour(shop)
        assert [self.received(shop, product=each) for each in PRODUCTS] == [1, 0, 1]
        assert self.received(shop, product="fridge", branch="branch_1") == 1
        shop.act(handler, code, lambda work, case: assessment.correct(work, case, "product", "kettle"))
        shop.office.organisation = organisation.load()
        pass_an_hour(shop)
        assert [self.received(shop, product=each) for each in PRODUCTS] == [0, 0, 2]
        assert self.received(shop, product="") == 0
        assert feed.rebuild(shop.office) == feed.Rebuilt(2, 0, 0)


class TestRecurs:
    def grow(self, shop: Scene, product: str | None = "fridge", months: tuple[int, ...] = (5, 5, 5, 8)) -> None:
        """A fridge comes more often than in the three months before; its complaints are of many categories."""
        categories = [each.code for each in shop.office.organisation.categories if each.department != "product"]
        for count in months:
            for number in range(count):
                complain(shop, product, categories[number])
            pass_an_hour(shop)
            shop.clock.now += 29 * DAY

    def test_a_product_that_grows_alarms_who_answers_for_it_once(self, shop: Scene) -> None:
        complain(shop, "kettle")
        shop.clock.now += 29 * DAY
        answers, other = shop.staff("supervisor", department="product"), shop.staff("supervisor", department="finance")
        manager = shop.staff("complaints_manager", department=None)
        self.grow(shop)
        found = [each for each in alarms(shop) if each.what == "product"]
        assert [(each.code, each.department, each.count, each.before) for each in found] == [
            ("fridge", "product", 8, 15)
        ]
        assert [told(shop, who) for who in (answers, other, manager)] == [1, 0, len(alarms(shop))]

    def test_nothing_grows_where_nobody_says_which_or_since_it_is_asked(self, shop: Scene) -> None:
        shop.staff("complaints_manager", department=None)
        self.grow(shop, None)
        self.grow(shop, months=(5, 5, 8))
        assert [each for each in alarms(shop) if each.what == "product"] == []

    def test_who_answers_for_it_acts_on_all_of_it_and_others_on_their_own(self, shop: Scene) -> None:
        answers, other = shop.staff("supervisor", department="product"), shop.staff("supervisor")
        for category in ("delivery.late", "refund.late"):
            complain(shop, "fridge", category)
        alarm = Alarm(what="product", code="fridge", first=shop.clock.now.date(), last=shop.clock.now.date(), count=2,
                      before=0, at=shop.clock.now)  # fmt: skip
        pattern = recurrence.pattern(alarm)
        assert pattern == Pattern(product="fridge")
        span = shop.clock.now - timedelta(days=1), shop.clock.now + timedelta(days=1)
        for who, unit, linked in ((answers, None, 2), (other, "delivery", 1)):
            with shop.acting(who) as work:
                action = actions.make(work, pattern, "Test the door.", source=actions.ALARM, span=span)
                assert effects.pattern_of(action) == Pattern(product="fridge", department=unit)
                assert len(actions.linked_to(work, action)) == linked
                assert action.department == (unit or "product")
