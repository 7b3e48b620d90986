"""The money model: assumptions become cash flows, measures and uncertainty. Numbers only."""
