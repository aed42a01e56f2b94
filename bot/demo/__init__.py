"""The demo: the real bot in a simulated Discord, with an Oxen of its own, in a local web page.

Only this package and the tests know about SimCord. It leans on a few of SimCord's inner parts,
gathered in ``live_clock``, ``corrections`` and ``page``; its version is pinned for that reason.

Nothing is imported here: the process that checks pictures would have to wait for the whole bot.
"""
