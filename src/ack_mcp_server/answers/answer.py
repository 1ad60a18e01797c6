"""What every tool returns: a typed value that can say itself as text."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """Fields are for programs, `text` is for models; both hold the same facts."""

    model_config = ConfigDict(frozen=True)

    def text(self) -> str:
        raise NotImplementedError
