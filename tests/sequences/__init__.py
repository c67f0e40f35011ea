"""Random sequences of everything that moves money, and what is true after each step of them."""
