"""What there is to measure, how it is judged, and which words of people mean which metrics."""
