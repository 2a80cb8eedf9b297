"""Every error that the user can cause or mend, each with the exit code of the command-line contract.

    LeastprivError
    ├── UsageError        exit 2   the command line or a setting is wrong
    ├── ServiceError      exit 3   the service, its template or a file beside them cannot be read
    ├── AwsError          exit 4   AWS could not be asked
    └── KnowledgeError    exit 70  an entry of our own is malformed: our bug

A message is lower case, with back-ticks round the user's own words, and says no type names; `help` is the next step.
Neither ever holds a value of the service's configuration, because those can be secrets.
"""

from __future__ import annotations


class LeastprivError(Exception):
    """Base of all errors that end a run with one clear message. `help` is one line: what to do next."""

    exit_code = 70

    def __init__(self, message: str, *, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageError(LeastprivError):
    """The command line, or a setting under `custom.leastpriv`, is wrong."""

    exit_code = 2


class ServiceError(LeastprivError):
    """The service, its compiled template or a file that belongs to them cannot be read."""

    exit_code = 3


class AwsError(LeastprivError):
    """AWS could not be asked: no credentials, no network, denied."""

    exit_code = 4


class KnowledgeError(LeastprivError):
    """An entry of the shipped knowledge is malformed. Names the file and the key."""

    exit_code = 70
