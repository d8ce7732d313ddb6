"""What the checks of audits night after night have in common."""
