"""Oxen over HTTP: the queue, the event stream, the models, the results."""
