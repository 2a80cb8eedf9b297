"""Predicts what the deployer of a Serverless Framework service must be allowed to do."""

__version__ = "0.1.0"
