"""好差评: invitations and what was answered; what follows a bad grade is hall.rectification."""
