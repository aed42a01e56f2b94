"""Plain values that flow between the layers; standard library only."""
