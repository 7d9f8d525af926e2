"""Customers who go through the whole complaint form, each step on what they see; impatient, and never confused."""

import re
from dataclasses import dataclass, field

from bot.sandbox import media
from bot.sandbox.person import Person
from bot.sandbox.records import Message
from bot.sandbox.world import World

PATIENCE = 120.0  # seconds for the next panel, whatever happens to the program meanwhile
LOOKED_AT = 4  # messages of the desk, the newest
RECEIVED = "We have received your complaint"
CODE = re.compile(r"SLH-\w{4}-\w{4}-\w")


@dataclass
class Customer:
    """One complaint, told in words that nobody else uses."""

    world: World
    number: int
    code: str = ""
    human: Person = field(init=False)

    def __post_init__(self) -> None:
        self.human = self.world.person(f"Customer {self.number}", "en")
        self.story = [f"word{self.number}.{part} of what happened" for part in range(2)]
        self.caption = f"picture{self.number} of what happened"
        self.photo = media.PIXEL + f"photo {self.number}".encode()
        self.reference, self.name = f"REF{self.number}", f"Name{self.number}"

    @property
    def told(self) -> list[str]:
        return [*self.story, self.caption]

    @property
    def hasty(self) -> bool:
        """Taps twice where once is enough."""
        return self.number % 3 == 0

    async def complain(self) -> None:
        """From /start to the acknowledgement."""
        self.human.start()
        for button, seen in (
            ("English", "choose your language"),
            ("Make a complaint", "Welcome"),
            ("I agree, continue", ""),
            (0, "What is your complaint about?"),
            (0, "what exactly?"),
        ):
            await self._tap(button, seen)
        await self._see("What happened?")
        await self._tell_story()
        await self._tap("Order number", *self.told)
        await self._see("Which order or contract")
        self.human.say(self.reference)
        await self._tap("Who I am", self.reference)
        await self._tap("My name", "Who are you?")
        await self._see("What is your name?")
        self.human.say(self.name)
        await self._tap("Done", "Who are you?")
        await self._submit()

    async def _tell_story(self) -> None:
        for words in self.story:
            self.human.say(words)
        self.human.photo(self.caption, self.photo)

    async def _submit(self) -> None:
        await self._tap("Submit the complaint", self.name, times=2 if self.hasty else 1)
        received = await self._see(RECEIVED)
        found = CODE.search(received.text)
        assert found, received.text
        self.code = found[0]

    async def _tap(self, button: str | int, *seen: str, times: int = 1) -> None:
        panel = await self._see(*seen, button=button)
        label = self.human.buttons(panel)[button] if isinstance(button, int) else button
        for _ in range(times):
            self.human.tap(label, panel)

    async def _see(self, *words: str, button: str | int = "") -> Message:
        """The newest message of the desk that says all this and has the button."""
        try:
            return (await self.world.wait(lambda: self._shown(words, button), PATIENCE))[0]
        except TimeoutError:
            said = [message.text for message in self.human.inbox[-LOOKED_AT:]]
            raise AssertionError(f"customer {self.number} waits for {words} {button!r} and sees {said}") from None

    def _shown(self, words: tuple[str, ...], button: str | int) -> list[Message]:
        """Newest first."""
        newest = self.human.inbox[: -LOOKED_AT - 1 : -1]
        return [
            message for message in newest if all(part in message.text for part in words) and self._has(message, button)
        ]

    def _has(self, message: Message, button: str | int) -> bool:
        labels = self.human.buttons(message)
        return button == "" or (button < len(labels) if isinstance(button, int) else button in " ".join(labels))
