"""How long may be searched before it is said that nothing could be proven."""

from time import thread_time


class NotProven(Exception):
    """It could not be shown, within the time there is, that no small number follows."""


class Clock:
    """Starts when it is made; `check` raises NotProven when so much computing time was used.

    Time in which the machine did something else does not count.
    """

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.ends_at = thread_time() + seconds

    def check(self) -> None:
        if thread_time() > self.ends_at:
            raise NotProven
