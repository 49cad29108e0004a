"""The demo shop: one simulated apparel business whose truth is known, in every canonical table."""
