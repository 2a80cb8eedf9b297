"""What the knowledge says of other people's templates, and what a change of it changes: `python -m tests.crater --corpus DIR`."""
