"""What a reply belongs to, where that is a room of a mediation and not the case: `OutboxMessage.topic` in words.

Private words must never stray, so a room is named together with the referral in which it was open: once that is over
no other one takes its messages in.
"""

import re

ROOM = re.compile(r"room:([a-z]{1,20}):([0-9]{1,9})", re.ASCII)


def of_room(room: str, referral_id: int) -> str:
    return f"room:{room}:{referral_id}"


def room(topic: str) -> tuple[str, int] | None:
    """The room and its referral; None if the topic is something else."""
    found = ROOM.fullmatch(topic)
    return (found[1], int(found[2])) if found else None
