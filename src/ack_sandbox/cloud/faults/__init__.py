"""Faults that the control endpoint can put in front of the cloud APIs."""
