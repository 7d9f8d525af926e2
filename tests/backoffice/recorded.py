"""Complaints that come another way than through the bot, for tests: written down, delivered as the courier does."""

from sqlmodel import select

from backoffice import by_hand, claims, complaints, intake, recording
from backoffice.work import Work
from storage.clocks import Deadline
from storage.complaints import Complaint
from storage.people import Person
from storage.traffic import OutboxMessage
from tests.backoffice.conftest import Scene

START = "https://t.me/desk_bot?start="
PHONE = "0912 345 67 89"
Given = tuple[str, str | None]


def begun(work: Work, channel: str = "phone", *, contact: str | None = PHONE, anonymous: bool = False) -> Complaint:
    draft = recording.begin(work, channel, "en")
    intake.choose_category(work, draft, "delivery.late")
    recording.tell_story(work, draft, "My parcel is late.")
    if anonymous:
        intake.set_anonymous(work, draft, True)
    else:
        intake.set_name(work, draft, "Sara")
        intake.set_contact(work, draft, contact)
    return draft


def record(scene: Scene, recorder: int, **how: object) -> tuple[str, str, str | None]:
    """Code, token and secret of a recorded case."""
    with scene.acting(recorder) as work:
        draft = begun(work, **how)  # type: ignore[arg-type]
        if draft.channel == recording.AUTHORITY:
            recording.set_authority(work, draft, "A-77")
        submitted = recording.submit(work, draft, START)
        code = submitted.complaint.code or ""
        (row,) = by_hand.waiting(work, submitted.complaint)
        token = row.body["params"]["link"].removeprefix(f"{START}{claims.PREFIX}")
    return code, token, submitted.secret


def deliver(scene: Scene) -> None:
    """As the courier does: what is for nobody's chat is kept."""
    with scene.office.work() as work:
        for row in work.db.exec(select(OutboxMessage).where(OutboxMessage.status == "waiting")).all():
            person = work.db.get(Person, row.person_id or 0)
            if person is not None and person.telegram_id is None and (row.not_before or work.now) <= work.now:
                by_hand.keep(work, row)
    scene.deliver()


def pass_on(scene: Scene, who: int, code: str) -> list[str]:
    """All that waits, told."""
    with scene.acting(who) as work:
        case = complaints.find(work, code)
        rows = [(each.id, each.body["template"]) for each in by_hand.waiting(work, case)]
        for number, _template in rows:
            by_hand.told(work, case, number)
    return [template for _number, template in rows]


def limit(scene: Scene, code: str, name: str) -> Deadline:
    return next(each for each in reversed(scene.limits(code)) if each.target == name)
