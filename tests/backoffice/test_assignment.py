"""Who gets a case; and that nobody gets it at random."""

from backoffice import complaints, people, schedule
from tests.backoffice.conftest import Scene


class TestAssign:
    def test_somebody_who_knows_the_category_and_speaks_the_language(self, scene: Scene) -> None:
        scene.staff("handler", department="product")
        scene.staff("handler", languages=("fa",))
        scene.staff("handler", categories=("delivery.damaged",))
        right = scene.staff("handler", categories=("delivery.late",), languages=("fa", "en"))

        code = scene.complaint(scene.customer("en"))

        assert scene.case(code).owner_id == scene.person(right).id
        assert scene.told(right) == ["case_assigned"]

    def test_the_one_with_fewest_open_cases_then_the_oldest_turn(self, scene: Scene) -> None:
        first, second = scene.staff("handler"), scene.staff("handler")
        customer = scene.customer()
        owners = []
        for _case in range(4):
            scene.clock.forward(minutes=1)
            owners.append(scene.case(scene.complaint(customer)).owner_id)
        assert owners == [scene.person(p).id for p in (first, second, first, second)]

    def test_never_somebody_away_or_full_or_the_complainant(self, scene: Scene) -> None:
        away, full, own = scene.staff("handler"), scene.staff("handler", capacity=1), scene.staff("handler")
        supervisor = scene.staff("supervisor")
        with scene.acting(away) as work:
            people.away(work)
        with scene.acting(own) as work:
            people.set_language(work, "en")
            legal = work.organisation.legal("privacy", "en")
            people.agree(work, "privacy", legal.version, "en", legal.fill())
        scene.complaint(own)  # goes to `full`
        code = scene.complaint(own)

        assert scene.case(code).owner_id is None
        assert scene.told(supervisor) == ["case_unassigned"]
        assert scene.told(full) == ["case_assigned"]
        assert scene.told(away) == []

    def test_who_is_back_is_given_cases_again(self, scene: Scene) -> None:
        handler = scene.staff("handler")
        with scene.acting(handler) as work:
            people.away(work)
        with scene.acting(handler) as work:
            people.back(work)
        assert scene.case(scene.complaint(scene.customer())).owner_id == scene.person(handler).id


class TestUntaken:
    def test_the_supervisors_are_told_once(self, scene: Scene) -> None:
        scene.staff("handler")
        supervisor = scene.staff("supervisor")
        scene.complaint(scene.customer())
        scene.clock.forward(minutes=29)
        schedule.tick(scene.office)
        assert scene.told(supervisor) == []
        scene.clock.forward(minutes=1)
        schedule.tick(scene.office)
        schedule.tick(scene.office)
        assert scene.told(supervisor) == ["case_untaken"]

    def test_a_case_that_was_taken_alarms_nobody(self, scene: Scene) -> None:
        handler, supervisor = scene.staff("handler"), scene.staff("supervisor")
        code = scene.complaint(scene.customer())
        with scene.acting(handler) as work:
            from backoffice import handling

            handling.take(work, complaints.find(work, code))
        scene.clock.forward(days=2)
        schedule.tick(scene.office)
        assert scene.told(supervisor) == []
