#!/usr/bin/env python3
"""usage: independent_fit.py DATA_DIR > fits.tsv

The mode of the posterior of the one-compartment models in fit/ by a method that shares nothing with Respite: the
closed form of one compartment with a depot from record to record, the objective written out again, and
Nelder and Mead's simplex, restarted until it stays. Needs the public data sets; the tests do not run it."""
import csv
import math
import sys

MODELS = {  # cl, v, ka; variances of their effects; of those of an occasion (cl, ka); proportional SD
    "ferx_warfarin": ((0.133, 7.74, 0.811), (0.0286, 0.00959, 0.336), (), 0.0109, "ferx_warfarin_bloq.csv"),
    "ferx_warfarin_iov": ((0.133, 7.74, 0.811), (0.0286, 0.00959, 0.336), (0.01, 0.04), 0.1, "ferx_warfarin_iov.csv"),
    "ferx_ss_oral": ((3.0, 20.0, 1.0), (0.2, 0.2, 0.2), (), 0.1, "ferx_ss_oral_q24.csv"),
}


def people(path):
    found = {}
    with open(path) as file:
        for row in csv.DictReader(file):
            found.setdefault(row["ID"], []).append(
                {k: float(v) if v not in (".", "") else 0.0 for k, v in row.items() if k != "ID"})
    return found


def step(depot, central, ka, k, dt):
    """Amounts dt later."""
    e_ka, e_k = math.exp(-ka * dt), math.exp(-k * dt)
    return depot * e_ka, central * e_k + depot * ka * (e_k - e_ka) / (ka - k)


def objective(records, occasions, model, eta):
    typical, omega2, iov2, sd, _ = model
    total = sum(e * e / w for e, w in zip(eta, omega2))
    for o in range(len(occasions)):
        total += sum(eta[3 + len(iov2) * o + j] ** 2 / iov2[j] for j in range(len(iov2)))
    now, depot, central = records[0]["TIME"], 0.0, 0.0
    for r in records:
        at = 3 + 2 * occasions.index(r.get("OCC", 0.0)) if iov2 else None
        cl = typical[0] * math.exp(eta[0] + (eta[at] if iov2 else 0))
        v = typical[1] * math.exp(eta[1])
        ka = typical[2] * math.exp(eta[2] + (eta[at + 1] if iov2 else 0))
        k = cl / v
        depot, central = step(depot, central, ka, k, r["TIME"] - now)
        now = r["TIME"]
        if r["EVID"] == 1:
            if r.get("SS", 0) == 1:  # geometric series of the modes, just before this dose
                e_ka, e_k, amt, ii = math.exp(-ka * r["II"]), math.exp(-k * r["II"]), r["AMT"], r["II"]
                depot = amt * e_ka / (1 - e_ka)
                central = amt * ka / (ka - k) * (e_k / (1 - e_k) - e_ka / (1 - e_ka))
            depot += r["AMT"]
        elif r["MDV"] == 0:
            f = central / v
            if not f > 0:
                return math.inf
            if r.get("CENS", 0) == 1:
                total += -2 * math.log(max(0.5 * math.erfc((f - r["DV"]) / (sd * f) / math.sqrt(2)), 1e-300))
            else:
                total += 2 * math.log(sd * f) + ((r["DV"] - f) / (sd * f)) ** 2
    return total


def simplex(function, start, size):
    n = len(start)
    points = [list(start)] + [[x + (size if i == j else 0) for j, x in enumerate(start)] for i in range(n)]
    values = [function(p) for p in points]
    for _ in range(200 * n * n):
        order = sorted(range(n + 1), key=values.__getitem__)
        points, values = [points[i] for i in order], [values[i] for i in order]
        if values[n] - values[0] < 1e-13 and max(abs(a - b) for a, b in zip(points[0], points[n])) < 1e-8:
            break
        centre = [sum(p[j] for p in points[:n]) / n for j in range(n)]

        def along(t):
            return [c + t * (p - c) for c, p in zip(centre, points[n])]

        p, value = along(-1), function(along(-1))
        if value < values[0]:
            q, further = along(-2), function(along(-2))
            points[n], values[n] = (q, further) if further < value else (p, value)
        elif value < values[n - 1]:
            points[n], values[n] = p, value
        else:
            q = along(-0.5) if value < values[n] else along(0.5)
            nearer = function(q)
            if nearer < min(value, values[n]):
                points[n], values[n] = q, nearer
            else:
                points = [points[0]] + [[(a + b) / 2 for a, b in zip(points[0], p)] for p in points[1:]]
                values = [values[0]] + [function(p) for p in points[1:]]
    return points[0], values[0]


def mode(records, model):
    occasions = sorted({r.get("OCC", 0.0) for r in records})
    n = 3 + len(model[2]) * len(occasions)

    def function(eta):
        return objective(records, occasions, model, eta)

    eta, value = [0.0] * n, math.inf
    for round_number in range(60):
        eta, better = simplex(function, eta, 0.3 / (1 + round_number) if round_number < 40 else 0.01)
        if value - better < 1e-10 and round_number > 6:
            break
        value = better
    return eta, better


def main():
    print("model\tid\tofv\teta")
    for name, model in MODELS.items():
        for person, records in people(f"{sys.argv[1]}/{model[4]}").items():
            eta, value = mode(records, model)
            print(f"{name}\t{person}\t{value:.7f}\t" + " ".join(f"{e:.6f}" for e in eta), flush=True)


main()
