"""The SDKs put handlers of their own on their loggers at import, at debug level and with headers: take them off."""

import logging

_SDK_LOGGERS = ("darabonba-core", "alibabacloud-tea", "credentials", "apscheduler")


def quiet() -> None:
    """To be called after each first import of an SDK."""
    for name in _SDK_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        # Their lines hold signed headers, tokens and tracebacks; what matters of them reaches us as an exception.
        logger.setLevel(logging.CRITICAL + 1)
