"""Discord's side of the work: taking requests in from interactions, posting what comes of them."""
