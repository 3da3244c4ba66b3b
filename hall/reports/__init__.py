"""Weekly and monthly reports, beside the dashboard on the roof: written chapter by chapter, then frozen."""
