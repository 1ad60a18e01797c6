"""What a workload asks for beside what it uses: sizes of its containers, and the bounds of an autoscaler."""
