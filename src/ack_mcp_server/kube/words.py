"""A command line split into words by the shell's quoting rules, without a shell.

What only a shell could act on (pipes, substitution, redirection, control characters) is refused, not passed on.
"""

from ack_mcp_server.errors import InvalidInput

LONGEST_COMMAND = 8192
_META = {
    ";": "a command separator",
    "|": "a pipe",
    "&": "a background or AND operator",
    "<": "a redirection",
    ">": "a redirection",
    "`": "a command substitution",
    "$": "an expansion",
    "(": "a subshell",
    ")": "a subshell",
}
_ESCAPED_IN_DOUBLE_QUOTES = '"\\$`'
_PUT_IN_QUOTES = (
    "There is no shell. Put the word in single quotes if the character belongs to it; otherwise leave it out."
)


def split_words(command: str) -> list[str]:
    """Raises InvalidInput with the reason and the place."""
    if len(command) > LONGEST_COMMAND:
        raise InvalidInput(f"the command is longer than {LONGEST_COMMAND} characters", next_step="Send a shorter one.")
    _refuse_control_characters(command)
    words: list[str] = []
    position = 0
    while position < len(command):
        if command[position].isspace():
            position += 1
            continue
        word, position = _word(command, position)
        words.append(word)
    return words


def _refuse_control_characters(command: str) -> None:
    for position, char in enumerate(command):
        if char != "\t" and not char.isprintable():
            raise InvalidInput(
                f"the command holds the control character {char!r} at {position}",
                next_step="Send one command on one line.",
            )


def _word(command: str, start: int) -> tuple[str, int]:
    parts: list[str] = []
    position = start
    while position < len(command) and not command[position].isspace():
        char = command[position]
        if char == "'":
            text, position = _single_quoted(command, position)
        elif char == '"':
            text, position = _double_quoted(command, position)
        else:
            text, position = _bare(command, position)
        parts.append(text)
    return "".join(parts), position


def _single_quoted(command: str, start: int) -> tuple[str, int]:
    end = command.find("'", start + 1)
    if end < 0:
        raise _unbalanced("'", start)
    return command[start + 1 : end], end + 1


def _double_quoted(command: str, start: int) -> tuple[str, int]:
    chars: list[str] = []
    position = start + 1
    while position < len(command):
        char = command[position]
        if char == '"':
            return "".join(chars), position + 1
        if char == "\\" and command[position + 1 : position + 2] in tuple(_ESCAPED_IN_DOUBLE_QUOTES):
            position += 1
            char = command[position]
        chars.append(char)
        position += 1
    raise _unbalanced('"', start)


def _bare(command: str, position: int) -> tuple[str, int]:
    char = command[position]
    if char == "\\":
        if position + 1 == len(command):
            raise InvalidInput("the command ends with a backslash", next_step="Leave it out.")
        return command[position + 1], position + 2
    if char in _META:
        raise InvalidInput(f"{char!r} at {position} is {_META[char]}", next_step=_PUT_IN_QUOTES)
    return char, position + 1


def _unbalanced(quote: str, position: int) -> InvalidInput:
    return InvalidInput(f"the quote {quote} at {position} is not closed", next_step="Close it, or leave it out.")
