"""Rooms for the checks of whole documents; `structure.py` names them all."""
