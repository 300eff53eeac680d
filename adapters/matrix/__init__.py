"""Matrix: reading, saying and keeping secrets there, around matrix-nio."""
