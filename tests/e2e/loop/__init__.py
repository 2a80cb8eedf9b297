"""The closed loop: unmodified command lines → a recording, enforcing proxy → moto, all on this machine.

`redirect.js` sends what a command line asks of AWS to the proxy. The proxy recognises the operation (`recognise`), works out
what AWS would authorise (`authorise`), judges it under the policy of the moment (`judge`), writes it down (`record`), and
answers with a denial in AWS's shape (`denial`) or passes it on (`backend`). `framework` runs the commands.

Nothing here imports the engine: what judges our policies must not share its mistakes.

    with running_loop(folder) as loop:                             # or the fixture `loop`, whose AWS is empty
        framework = loop.framework("osls@4")
        service = copy_of("rest-api", folder)                      # a fixture service, the plugin installed
        policy = framework.policy(service, "deploy")               # what `sls leastpriv generate --commands deploy` prints
        run = framework.run(service, ["deploy"], policy)           # `run.exit_code`, `run.stdout`, `run.stderr`
        run.calls                                                  # each `Recorded`: the operation, what was asked, the status
        run.denied                                                 # those that were denied, or that nobody recognised
        framework.run(service, ["deploy"], without(policy, "s3:PutObject"))
        loop.moto.client("s3", "us-east-1")                        # an administrator, past the proxy

moto's CloudFormation makes its calls for each resource inside itself: what the loop sees is what the command line asks.
"""
