"""One JSON object a line: what happened, for programs that collect logs."""

import json
import logging
from datetime import UTC, datetime

from lib.server.log_safe import SafeFormatter
from lib.server.observe.facts import current_facts


class JsonFormatter(SafeFormatter):
    """Writes time (UTC), level, logger, process, message; within a request also its number and who asks.

    What a record carries as `fields` stands beside these. Exceptions are told as `SafeFormatter` does.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        facts = current_facts()
        if facts is not None:
            told |= {"request_id": facts.request_id, "who": facts.who}
        told |= getattr(record, "fields", {})
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)
