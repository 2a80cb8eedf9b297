"""Which of the granted actions are ever asked: `python -m tests.minimality SERVICE [--framework NAME]`."""
