"""Units of measure at the door: converted once, never added unlike.

The calorific basis is part of the unit (kWh gross or net), since for natural gas the two differ by about 11 %.
"""
