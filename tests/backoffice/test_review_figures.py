"""Figures of reviews: each is counted from the rows, and told apart from the others."""

from datetime import timedelta

import pytest

from backoffice import errors, review_figures
from backoffice.review_figures import Figures
from storage.people import Person
from tests.backoffice.conftest import VERBS, Scene


def figures(scene: Scene, who: int) -> Figures:
    with scene.acting(who) as work:
        return review_figures.figures(work, work.now - timedelta(days=365), work.now + timedelta(seconds=1))


def reviewed(scene: Scene, handler: int) -> tuple[int, str]:
    """A customer whose complaint was not upheld, and who asked for a review."""
    customer = scene.customer()
    code = scene.answered(customer, handler, decision="not_upheld", remedy="none")
    scene.deliver()
    scene.act(customer, code, VERBS["ask_review"])
    return customer, code


def seated(scene: Scene, code: str) -> int:
    """Who reviews it now."""
    (person_id,) = scene.case(code).panel
    with scene.office.look() as work:
        return work.db.get_one(Person, int(person_id)).telegram_id


def test_nothing_was_asked_for(scene: Scene) -> None:
    found = figures(scene, scene.staff("complaints_manager"))
    assert (found.requested, found.decided, found.took, found.expected) == (0, 0, None, 0)


def test_every_end_is_counted_once(scene: Scene) -> None:
    manager, handler = scene.staff("complaints_manager"), scene.staff("handler", capacity=100)
    others = [scene.staff("supervisor") for _ in range(3)]
    _customer, upheld = reviewed(scene, handler)
    _customer, dismissed = reviewed(scene, handler)
    withdrawer, withdrawn = reviewed(scene, handler)
    _customer, recused = reviewed(scene, handler)
    _customer, lapsed = reviewed(scene, handler)
    scene.clock.now += timedelta(days=2)
    scene.act(seated(scene, upheld), upheld, VERBS["vote"])
    scene.act(seated(scene, dismissed), dismissed, VERBS["dismiss"])
    scene.act(withdrawer, withdrawn, VERBS["withdraw_review"])
    first = seated(scene, recused)
    scene.act(first, recused, VERBS["recuse"])
    assert seated(scene, recused) in {*others, manager} - {first}
    scene.live(scene.clock() + timedelta(days=20))
    found = figures(scene, manager)
    assert (found.requested, found.withdrawn, found.decided, found.changed) == (5, 1, 2, 1)
    assert (found.in_time, found.outside, found.recused, found.late) == (2, 2, 1, 0)
    assert (found.cast, found.took) == (2, timedelta(days=2))
    assert scene.case(lapsed).stage == "in_dispute"


def test_they_are_for_those_who_answer_for_them(scene: Scene) -> None:
    for role in ("handler", "supervisor", "admin"):
        with pytest.raises(errors.NotAllowed):
            figures(scene, scene.staff(role))
