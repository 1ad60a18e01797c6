"""The SDKs put handlers of their own on their loggers at import, at debug level and with headers: take them off."""

import logging

_SDK_LOGGERS = ("darabonba-core", "alibabacloud-tea", "credentials")


def quiet() -> None:
    """To be called after each first import of an SDK."""
    for name in _SDK_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        # Debug lines of these loggers hold signed headers and tokens; no log level of ours lets them through.
        logger.setLevel(logging.WARNING)
