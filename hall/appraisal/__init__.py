"""考核: schemes, scores that link to their events, awards, attendance and duty."""
