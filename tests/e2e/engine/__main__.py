"""`python -m tests.e2e.engine`: installs LocalStack for the closed loop."""

from tests.e2e.engine.install import engine_missing, engine_python, install

if engine_missing() is not None:
    install()
print(engine_python())
