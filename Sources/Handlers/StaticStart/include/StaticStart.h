// Nothing to call: see StaticStart.c.
