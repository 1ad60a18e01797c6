"""The incidents of production; each builder plants one, and beside it a healthy workload that resembles it."""
