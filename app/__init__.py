"""The ways in. No arithmetic and no wording of its own."""
