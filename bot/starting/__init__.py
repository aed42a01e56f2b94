"""What must hold before the bot may connect: it is alone, and it does not start too often."""
