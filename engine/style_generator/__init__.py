"""The style-based generator: one style a layer decides what a face is like, from its pose down to its freckles."""
