"""电子监察: rules, cards with due process, accountability."""
