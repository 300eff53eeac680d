"""Figures, side by side with what one would pick instead, in one run: `make bench`."""
