"""The desk at which a person marks texts: a page on this machine, and what it shows and stores."""
