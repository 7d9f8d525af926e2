"""The surface of a dispute: what its two sides and its resolver see and do."""
