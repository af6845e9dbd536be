"""Pictures: pure functions from a result to a figure or to the payload of the stage."""
