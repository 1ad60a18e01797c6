"""What the evaluator and a real Prometheus are both asked."""

SELECTORS = """
requests_total
{__name__="flat"}
{__name__=~"flat|steps"}
requests_total{instance!="a"}
requests_total{instance=~"a|b",code="500"}
requests_total{instance!~"a|b"}
requests_total{instance=~"."}
requests_total{missing=""}
requests_total{instance!=""}
temperature offset 20m
temperature offset -10m
temperature @ 1772456400
temperature @ start()
temperature @ end() offset 5m
irregular
nothing_here
half
"""

RATES = """
rate(requests_total[5m])
rate(requests_total[1m])
rate(requests_total[20s])
rate(requests_total[5m] offset 7m)
rate(requests_total[5m] @ 1772456400)
increase(requests_total[10m])
increase(requests_total[1h])
delta(temperature[10m])
irate(requests_total[5m])
irate(irregular[10m])
idelta(temperature[5m])
rate(irregular[15m])
rate(flat[5m])
rate(edge[5m])
deriv(temperature[15m])
deriv(flat[5m])
deriv(edge{kind="inf"}[5m])
predict_linear(temperature{instance="a"}[30m], 3600)
predict_linear(irregular[30m], -60)
resets(requests_total[1h])
changes(steps[1h])
changes(temperature{instance="d"}[10m])
"""

OVER_TIME = """
avg_over_time(temperature[10m])
min_over_time(temperature[10m])
max_over_time(temperature[10m])
sum_over_time(temperature[10m])
count_over_time(temperature[10m])
quantile_over_time(0.9, temperature[10m])
quantile_over_time(-1, flat[10m])
quantile_over_time(2, flat[10m])
stddev_over_time(temperature{instance="a"}[10m])
stdvar_over_time(irregular[30m])
stddev_over_time(flat[10m])
last_over_time(temperature[10m])
present_over_time(temperature[10m])
absent_over_time(temperature{instance="c"}[10m])
absent_over_time(nothing_here{a="b",c=~"d"}[10m])
absent_over_time(temperature[10m])
avg_over_time(edge[5m])
sum_over_time(edge[5m])
max_over_time(edge[5m])
avg_over_time(flat[5m])
max_over_time(rate(requests_total[2m])[20m:1m])
avg_over_time(temperature[30m:])
sum_over_time(steps[10m:37s] offset 3m)
max_over_time((temperature > 0)[10m:1m])
min_over_time(temperature[10m:1m] @ 1772456400)
rate(requests_total[20m:45s])
count_over_time((sum by (zone) (temperature))[15m:1m])
sum_over_time(vector(1)[5m:30s])
"""

AGGREGATIONS = """
sum(requests_total)
sum by (code) (requests_total)
sum without (instance, method) (requests_total)
sum by (missing) (requests_total)
avg by (zone) (temperature)
avg(irregular)
min by (zone) (temperature)
max by (zone) (temperature)
max(edge)
min(edge)
sum(edge{kind!="minus"})
avg(edge)
avg(edge{kind=~"inf|tiny"})
count(temperature) by (zone)
count(nothing_here)
group by (job) (requests_total)
stddev by (code) (requests_total)
stdvar(temperature{instance=~"a|b"})
stddev(flat)
quantile(0.5, requests_total)
quantile by (code) (0.9, requests_total)
quantile(1.5, requests_total)
quantile(0.3, temperature)
topk(2, requests_total)
topk by (code) (1, requests_total)
topk(9, temperature)
bottomk(2, requests_total)
bottomk by (code) (1, requests_total)
topk(0, requests_total)
topk(scalar(steps), requests_total)
count_values("value", steps)
count_values by (instance) ("v", build_info)
count_values without (revision) ("v", build_info)
sum(rate(requests_total[5m])) by (code) / ignoring (code) group_left sum(rate(requests_total[5m]))
"""

FUNCTIONS = """
histogram_quantile(0.9, latency_seconds_bucket)
histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[5m])))
histogram_quantile(0.5, sum by (le, route) (rate(latency_seconds_bucket[10m])))
histogram_quantile(0, latency_seconds_bucket)
histogram_quantile(1, latency_seconds_bucket)
histogram_quantile(-1, latency_seconds_bucket)
histogram_quantile(2, latency_seconds_bucket)
histogram_quantile(0.9, latency_seconds_bucket{le!="+Inf"})
histogram_quantile(0.9, latency_seconds_bucket{le="+Inf"})
histogram_quantile(0.9, requests_total)
absent(nothing_here)
absent(nothing_here{a="b",c="d",c="e",f=~"g"})
absent(temperature{instance="c"})
absent(sum(nothing_here))
label_replace(requests_total, "host", "$1-x", "instance", "(.*)")
label_replace(requests_total, "host", "${first}$$", "instance", "(?P<first>[ab])")
label_replace(requests_total, "instance", "", "instance", ".*")
label_replace(requests_total, "host", "$1x", "instance", "(.)")
label_replace(requests_total, "host", "same", "none", "")
label_replace(requests_total, "0", "$1", "instance", "(.*)")
label_replace(requests_total, "a", "$1", "instance", "(.*")
label_join(requests_total, "both", "-", "instance", "code")
label_join(requests_total, "job", ",")
label_join(requests_total, "both", "-", "in-valid")
sort(requests_total)
sort_desc(requests_total)
sort(temperature)
sort_desc(temperature)
clamp(temperature, -5, 5)
clamp(temperature, 5, -5)
clamp_min(temperature, 0)
clamp_max(temperature, scalar(steps))
clamp_max(edge, 3)
round(temperature)
round(temperature, 0.5)
round(edge, 1e-9)
floor(temperature)
ceil(temperature)
abs(temperature)
exp(edge)
ln(edge)
log2(temperature)
log10(temperature)
sqrt(temperature)
sgn(temperature)
sgn(edge)
time()
timestamp(temperature)
timestamp(irregular offset 5m)
timestamp(temperature + 1)
timestamp(temperature @ 1772456400)
vector(3)
vector(time())
scalar(flat)
scalar(temperature)
scalar(nothing_here)
minute()
hour()
day_of_week()
day_of_month()
day_of_year()
days_in_month()
month()
year()
hour(vector(1.5e9))
day_of_year(half)
days_in_month(vector(1709164800))
pi()
sin(temperature)
deg(rad(temperature))
abs({instance="a",__name__=~"flat|steps"})
rate({instance="a",__name__=~"flat|steps"}[5m])
"""

OPERATORS = """
1 + 2 * 3 ^ 2 % 5
-1 ^ 2
1 / 0
-1 / 0
0 / 0
5 % 0
-5 % 3
0 ^ -1
1 > bool 0
NaN == bool NaN
0x1F
1e25
1e-7
-temperature
-(-temperature)
-{instance="a",__name__=~"flat|steps"}
temperature + 1
2 ^ temperature
temperature % 7
100 / edge
edge * 0
temperature atan2 2
temperature > 0
0 < temperature
10 > bool temperature
temperature >= bool 3
temperature == temperature
temperature != temperature
edge == Inf
temperature + temperature
temperature - on (instance, zone) temperature
temperature / on (instance) flat
temperature > on (instance) flat
temperature >= bool on (instance) flat
requests_total / ignoring (code) requests_total
requests_total{code="500"} / ignoring (code) requests_total{code="200"}
requests_total * on (instance) group_left (version) build_info
requests_total * on (instance) group_left (version, missing) build_info
requests_total > on (instance) group_left build_info
build_info * on (instance) group_right (version) requests_total
requests_total * on (job) group_left requests_total
requests_total + on (instance) build_info
build_info + on (version) group_right requests_total
requests_total + on (job) group_left build_info
build_info * on (version) group_left build_info
label_replace(requests_total, "code", "x", "", "") * on (instance) group_left build_info
temperature and flat
temperature and on (instance) flat
temperature or flat
temperature or on (instance) flat
flat or on (instance) temperature
temperature unless on (instance) flat
temperature unless flat
(temperature > 0) or (temperature < -10)
requests_total and on () (vector(1) == 1)
requests_total and ignoring (code) requests_total{code="200"}
half + ignoring (part) half
sum without (part) (half)
half + on (instance) group_left (part) label_replace(half, "part", "z", "", "")
half * on (instance) build_info
half or on (instance) flat
sum(requests_total) > bool 100
count(requests_total > 100) or vector(0)
temperature * scalar(steps)
"text"
requests_total[1m]
irregular[5m] offset 10m
steps[5m:1m]
(temperature[1m])
"""

REFUSED = """
requests_total * on (instance) group_left (instance) build_info
sum(
rate(requests_total)
topk("a", temperature)
temperature + "a"
"""

ORDERED = ("sort", "topk", "bottomk")


def lines(*texts: str) -> list[str]:
    return [line for text in texts for line in text.strip().splitlines()]


ALL = lines(SELECTORS, RATES, OVER_TIME, AGGREGATIONS, FUNCTIONS, OPERATORS)
