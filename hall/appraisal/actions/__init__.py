"""The only door for writing in this room, by subject: schemes, periods, marks and objections, awards, days, duty."""
