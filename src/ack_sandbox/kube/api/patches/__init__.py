"""The four kinds of patches: JSON patch, merge patch, strategic merge patch and server-side apply."""
