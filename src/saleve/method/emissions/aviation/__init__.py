"""The physics of flights: distances, aircraft, fuel, cabin shares; one file per published method."""
