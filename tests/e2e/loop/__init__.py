"""The closed loop: unmodified command lines → a recording, enforcing proxy → moto, all on this machine.

`redirect.js` sends what a command line asks of AWS to the proxy. The proxy recognises the operation (`recognise`), works out
what AWS would authorise (`authorise`), judges it under the policy of the moment (`judge`), writes it down (`record`), and
answers with a denial in AWS's shape (`denial`) or passes it on (`backend`). `framework` runs the commands.

Nothing here imports the engine: what judges our policies must not share its mistakes.
"""
