"""差评整改: what follows a bad grade, up to the published answer, and the figures of 好差评."""
