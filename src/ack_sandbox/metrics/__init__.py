"""What monitoring knows of a cluster: series as functions of its objects, and a real Prometheus over them.

Nothing is stored: a sample is worked out when it is asked for, from the objects as they were at its time (`history`),
the lives of their containers (`course`) and how hard they work (`load`).
"""
