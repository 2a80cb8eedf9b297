"""Coverage-guided fuzzing of everything that reads what others wrote. The default suite runs each target over its seeds only.

`python -m tests.fuzz TARGET [--seconds N]` looks for inputs that a target fails on (`pip install atheris`);
`python -m tests.fuzz TARGET FILE` runs one again. What was found and mended stays below `found/TARGET/`.
"""
