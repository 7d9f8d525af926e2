"""The names of topics: what cannot be one is none."""

import pytest

from backoffice.disputes import topics


def test_a_room_is_found_in_its_topic() -> None:
    assert topics.room(topics.of_room("joint", 17)) == ("joint", 17)


@pytest.mark.parametrize(
    "topic", ["", "room", "room:joint", "room:joint:", "room::1", "room:joint:1:2", "room:joint:-1", "desk:joint:1",
              "room:joint:۱", "room:joint:1\n"],
)  # fmt: skip
def test_what_is_no_room_is_none(topic: str) -> None:
    assert topics.room(topic) is None
