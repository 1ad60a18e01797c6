"""When a question in words is about: its span as start_time takes it."""

import re

_UNITS = {
    "minute": ("m", 1), "min": ("m", 1), "m": ("m", 1), "hour": ("h", 1), "hr": ("h", 1), "h": ("h", 1),
    "day": ("d", 1), "d": ("d", 1), "week": ("w", 1), "w": ("w", 1), "month": ("d", 30),
    "分钟": ("m", 1), "小时": ("h", 1), "天": ("d", 1), "日": ("d", 1), "周": ("w", 1), "星期": ("w", 1),
    "月": ("d", 30),
}  # fmt: skip
_NUMBERS = {
    "": 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12,
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十二": 12,
}  # fmt: skip
_NUMBER = "([1-9][0-9]{0,2}|" + "|".join(sorted(filter(str.isascii, filter(None, _NUMBERS)), key=len)[::-1]) + ")"
_UNIT = "(minute|min|hour|hr|day|week|month|[mhdw])s?"
_CHINESE = "([1-9][0-9]{0,2}|十二|[一二两三四五六七八九十]) ?个?(分钟|小时|天|日|周|星期|月)"
_SPANS = (
    re.compile(rf"\b(?:last|past|previous|within|since) (?:the (?:last |past )?)?(?:{_NUMBER} ?)?{_UNIT}\b"),
    re.compile(rf"\b{_NUMBER} ?{_UNIT} (?:ago|back)\b"),
    re.compile(r"(?<!per )(?<!every )\b([1-9][0-9]{0,2}) ?(hour|day|[hd])s?\b"),
    re.compile(rf"(?:最近|过去|近)的?{_CHINESE}"),
    re.compile(rf"{_CHINESE}(?:以内|之内|内|以前|之前|前)"),
)
_DAYS = (  # whole days wherever the asker's zone begins them
    (re.compile(r"\byesterday\b|昨天|昨日"), "2d"),
    (re.compile(r"\btoday\b|今天|今日"), "1d"),
    (re.compile(r"\bthis week\b|本周|这周"), "7d"),
)


def said_time(question: str) -> str:
    """`1d`, `30m`; empty where the words tell no time, or one that is not simply a span."""
    text = question.lower()
    if found := next((found for pattern in _SPANS if (found := pattern.search(text))), None):
        number, unit = found[1] or "", found[2]
        sign, times = _UNITS[unit]
        return f"{(int(number) if number.isdecimal() else _NUMBERS[number]) * times}{sign}"
    return next((span for pattern, span in _DAYS if pattern.search(text)), "")
