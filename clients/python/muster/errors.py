"""The error that every call of this package raises."""

from __future__ import annotations

from typing import Any, Dict, Optional


class MusterError(Exception):
    """The server refused a request, or could not be reached (status 0)."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Optional[Dict[str, Any]] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.retry_after = retry_after

    @property
    def transient(self) -> bool:
        """True when a retry may succeed. A 401 may: a token can be replaced and restored while the bot runs."""
        return self.status in (0, 401, 408, 429) or self.status >= 500
