"""Inputs that nobody would write, by the million: `make fuzz`. CONTRIBUTING.md says how it is used."""
