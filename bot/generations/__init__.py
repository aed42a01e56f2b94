"""The life of a generation: the rules, from the request to the delivered video."""
