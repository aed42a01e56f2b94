"""An Oxen of one's own: an HTTP server that behaves as Oxen's API does, for demo and tests.

``server.Sandbox`` is the way in, ``options.SandboxOptions`` what it can be told.
"""
