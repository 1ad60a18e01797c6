"""What time it is, for a model that has no clock."""

from datetime import datetime

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.timerange import rfc3339


class CurrentTime(Answer):
    utc: str
    unix: int

    def text(self) -> str:
        return f"{self.utc} (unix {self.unix})"


def current_time(now: datetime) -> CurrentTime:
    return CurrentTime(utc=rfc3339(now), unix=int(now.timestamp()))
