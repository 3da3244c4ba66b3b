"""好差评: invitation, evaluation, rectification, revisit."""
