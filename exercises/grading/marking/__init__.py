"""What the answers that leave the sandbox are worth, and what to say about them."""
