"""CloudFormation's own calls: LocalStack as the engine of the closed loop, and of nothing else.

moto creates resources without calling anything. LocalStack's CloudFormation calls the services for each resource, and here all of
those calls go through the proxy, each with the resource that it is for. It runs without Docker and without an account. Its
handlers are not AWS's: that they call something shows a need; that they do not shows nothing.

`python -m tests.e2e.engine` installs it (some 600 MB, once); what needs it is skipped with a reason where it is missing.
"""
