"""What of a report does not count: waivers, a baseline, tolerances."""
