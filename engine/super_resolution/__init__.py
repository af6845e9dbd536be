"""Sharper pictures: what a network adds to a picture with too few pixels, and what it makes up."""
