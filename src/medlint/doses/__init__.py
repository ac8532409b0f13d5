"""Numbers, units and schedules; `medlint.quantity` is the way in."""
