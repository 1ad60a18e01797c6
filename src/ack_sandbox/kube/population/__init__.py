"""What runs in the sandbox's clusters, built from a plan and a seed: owner chains, statuses, events and logs."""
