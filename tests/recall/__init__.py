"""Denials that deployers met, and what their policy must not hold: `python -m tests.recall`. See README.md."""
