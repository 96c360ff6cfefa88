#!/usr/bin/env python3
"""Typical curves of the shipped models from a second program: usage: independent.py > curves.tsv

It shares no code with Respite: it reads models/*.yaml with PyYAML, evaluates their expressions itself, and
propagates with its own matrix exponential (Taylor series, scaling and squaring), or with a fourth-order
Runge-Kutta method of fixed step where a rate grows with time. Columns, separated by tabs: model, doses
(separated by ";"), covariates (the same), output, time in h, value in the unit of the output's name.
"""
import math
import pathlib
import re

import yaml

MODELS = pathlib.Path(__file__).resolve().parents[2] / "models"
UNITS = {"mg": 1, "mcg": 1e-3, "g": 1e3, "ng": 1e-6, "L": 1, "mL": 1e-3, "h": 1, "min": 1 / 60, "d": 24, "kg": 1,
         "nmol": 1, "mol": 1e9, "mmHg": 1, "%": 0.01, "1": 1}
NAMES = {"_ng_per_ml": 1e-3, "_pct": 0.01, "_per_min": 60.0, "_frac": 1.0, "_nrs": 1.0, "_mmhg": 1.0}

CASES = [
    ("simons2022", "50 mg esketamine sublingual; 20 mg esketamine iv over 20 min at 6 h", "weight_kg=61", 0.5),
    ("simons2022", "35 mg esketamine iv over 40 min; 10 mg esketamine iv at 2 h", "weight_kg=88;cyp2b6=*1/*6", 0.4),
    ("otto2021", "22.2 mg/h esketamine iv for 100 h; 5 mg esketamine iv at 3 h", "weight_kg=82", 9),
    ("perezruixo2021", "84 mg esketamine nasal; 28 mg esketamine nasal at 4 h", "age_y=72;race=japanese", 0.7),
    ("perezruixo2021", "84 mg esketamine oral; 28 mg esketamine iv over 40 min at 6 h",
     "age_y=30;race=asian;interaction=grapefruit", 0.7),
    ("noppers2011", "20 mg/h esketamine iv for 2 h", "weight_kg=70;rifampicin=present", 0.3),
    ("kamp2020", "0.14 mg/kg/h esketamine iv for 60 min; 0.28 mg/kg/h esketamine iv for 60 min at 1 h", "weight_kg=75", 0.3),
    ("domino1984", "140 mg ketamine iv; 0.5 mg/kg ketamine iv over 40 min at 1 h", "weight_kg=66", 0.25),
    ("domino1982", "140 mg ketamine iv", "", 0.25),
    ("clements250", "0.25 mg/kg ketamine iv", "weight_kg=90", 0.5),
    ("clements125", "0.125 mg/kg ketamine iv", "weight_kg=50", 0.5),
    ("hijazi2003", "1.2 mg/kg/h ketamine iv for 72 h", "weight_kg=80", 6),
    ("herd2007", "1 mg/kg ketamine iv", "weight_kg=20", 0.2),
    ("elkomy2015", "2 mg/kg ketamine iv over 1 min", "weight_kg=12;age_y=3", 0.4),
    ("flint2017", "2.4 mg/kg/h esketamine iv for 48 h", "weight_kg=7;age_y=1", 4),
    ("abuhelwa2022_pk", "0.5 mg/kg ketamine iv over 40 min", "weight_kg=77", 0.2),
    ("dahan2011", "22.2 mg/h esketamine iv for 100 h", "weight_kg=70", 60),
    ("olofsen2022", "0.5 mg/kg esketamine iv over 40 min", "weight_kg=70", 0.1),
    ("olofsen2012", "20 mg/h esketamine iv for 2 h", "weight_kg=70", 0.3),
    ("abuhelwa2022", "0.5 mg/kg ketamine iv over 40 min", "weight_kg=70", 0.15),
]


def unit(text):
    factor, times = 1.0, True
    for part in re.split(r"([/*])", text.strip() or "1"):
        if part in "/*":
            times = part == "*"
        else:
            factor = factor * UNITS[part.strip()] if times else factor / UNITS[part.strip()]
    return factor


def quantity(value):
    if isinstance(value, (int, float)):
        return float(value)
    number, rest = re.match(r"\s*(-?[\d.eE+-]+)\s*(.*)$", value).groups()
    return float(number) * unit(rest)


def evaluate(expression, names):
    if isinstance(expression, (int, float)):
        return float(expression)
    return float(eval(expression, {"__builtins__": {}}, dict(names, max=max, min=min)))


def parameters(model, covariates):
    names = {}
    for name, p in model["parameters"].items():
        value = quantity(p["value"])
        for c in p.get("covariates", []):
            if "allometric" in c:
                value *= (covariates[c["allometric"]] / c["reference"]) ** c["exponent"]
            elif "factor" in c:
                value *= c["levels"].get(covariates.get(c["factor"]), 1)
            elif c["linear"] in covariates:
                over = covariates[c["linear"]] - c["reference"]
                value += quantity(c["slope"]) * (max(over, 0) if c.get("above_only") else over)
        names[name] = value
    names.update({k: v for k, v in covariates.items() if isinstance(v, float)})
    for name, expression in (model.get("derived") or {}).items():
        names[name] = evaluate(expression, names)
    return names


def parse_dose(text, weight_kg):
    amount, how, _, route, rest = re.match(r"([\d.]+) (\S+) (\w+) (\w+)(.*)$", text.strip()).groups()
    times = {k: float(v) * UNITS[u] for k, v, u in re.findall(r"(over|for|at) ([\d.]+) (\w+)", rest)}
    duration = times.get("over", times.get("for", 0.0))
    mg = float(amount) * (weight_kg if "/kg" in how else 1) * (duration if how.endswith("/h") else 1)
    return times.get("at", 0.0), duration, mg, route


class System:
    """dx/dt = A x + inputs, outputs as (row, factor) or functions of other outputs."""

    def __init__(self, name, covariates):
        first = yaml.safe_load((MODELS / (name + ".yaml")).read_text())
        self.effect = first if first["kind"] == "effect" else None
        self.model = yaml.safe_load((MODELS / (first["with"] + ".yaml")).read_text()) if self.effect else first
        self.names = parameters(self.model, covariates)
        self.rows = {n: i for i, n in enumerate(self.model["compartments"])}
        self.volume = {n: evaluate(c["volume"], self.names) for n, c in self.model["compartments"].items() if "volume" in c}
        self.a = [[0.0] * len(self.rows) for _ in self.rows]
        self.growth, self.outputs = [], {}
        for f in self.model["flows"]:
            self.flow(f)
        for n, o in self.model["outputs"].items():
            self.outputs[n] = (self.rows[o["compartment"]], self.molar(o["compartment"]) / self.volume[o["compartment"]] / 1e-3)
        if self.effect:
            self.effect_names = parameters(self.effect, covariates)
            for n, s in self.effect.get("effect_sites", {}).items():
                self.site(n, s)

    def molar(self, compartment):
        if self.model["amounts"] != "molar":
            return 1.0
        mass = {n: quantity(s["molar_mass"]) for n, s in self.model["substances"].items()}
        return mass[self.model["compartments"][compartment]["substance"]] / mass[self.model["drug"]]

    def flow(self, f):
        if "between" in f:
            a, b = f["between"]
            self.flow({"from": a, "to": b, "clearance": f["clearance"]})
            self.flow({"from": b, "to": a, "clearance": f["clearance"]})
            return
        i = self.rows[f["from"]]
        rate = evaluate(f["clearance"], self.names) / self.volume[f["from"]] if "clearance" in f else evaluate(f["rate"], self.names)
        self.a[i][i] -= rate
        if f["to"] != "out":
            self.a[self.rows[f["to"]]][i] += rate * evaluate(f.get("fraction", 1), self.names)
        if "growth" in f:
            self.growth.append((i, rate * evaluate(f["growth"], self.names)))

    def site(self, name, s):
        row, factor = self.outputs[s["driver"]]
        rate = math.log(2) / evaluate(s["half_life"], self.effect_names)
        for r in self.a:
            r.append(0.0)
        self.a.append([0.0] * (len(self.a) + 1))
        self.a[-1][row], self.a[-1][-1] = rate * factor, -rate
        self.outputs[name] = (len(self.a) - 1, 1.0)

    def inputs(self, doses):
        found = []
        for start, duration, mg, route in doses:
            for r in self.model["routes"][route]:
                here = dict(self.names, dose=mg)
                length = evaluate(r["duration"], here) if "duration" in r else duration
                found.append((start, length, mg * evaluate(r.get("fraction", 1), here), self.rows[r["to"]]))
        return found

    def value(self, name, x):
        if name in self.outputs:
            row, factor = self.outputs[name]
            return x[row] * factor
        e = self.effect["effects"][name]
        own = next(f for ending, f in NAMES.items() if name.endswith(ending))
        if e["form"] == "product":
            return evaluate(e["baseline"], self.effect_names) * (1 - self.value(e["driver"], x))
        if e["form"] == "linear":
            return sum(self.value(d["driver"], x) * evaluate(d["slope"], self.effect_names) * 1e-3 for d in e["drivers"]) / own
        c = self.value(e["driver"], x) * 1e-3
        c50 = evaluate(e["c50"], self.effect_names)
        hill = evaluate(e.get("hill", 1), self.effect_names)
        if e["form"] == "power":
            return (1 + (c / c50) ** hill) / own
        return evaluate(e.get("ceiling", 1), self.effect_names) / own * c ** hill / (c50 ** hill + c ** hill)


def product(a, b):
    columns = list(zip(*b))
    return [[math.fsum(x * y for x, y in zip(row, c) if x) for c in columns] for row in a]


def exponential(a, t):
    n = len(a)
    norm = max(sum(map(abs, r)) for r in a) * t
    squarings = max(0, math.ceil(math.log2(norm + 1e-300)) + 5)
    scaled = [[x * t / 2 ** squarings for x in r] for r in a]
    total = [[float(i == j) for j in range(n)] for i in range(n)]
    term = total
    for k in range(1, 15):
        term = [[x / k for x in r] for r in product(term, scaled)]
        total = [[x + y for x, y in zip(r, s)] for r, s in zip(total, term)]
    for _ in range(squarings):
        total = product(total, total)
    return total


def exact(system, inputs, times):
    n, x, now, states = len(system.a), [0.0] * len(system.a), 0.0, {}
    events = sorted({t for t in times} | {s for s, *_ in inputs} | {s + d for s, d, *_ in inputs})
    for t in events:
        if t > now:
            rates = [math.fsum(mg / d for s, d, mg, i in inputs if i == row and d > 0 and s <= now < s + d) for row in range(n)]
            wide = [r + [u] for r, u in zip(system.a, rates)] + [[0.0] * (n + 1)]
            e = exponential(wide, t - now)
            x = [math.fsum(p * q for p, q in zip(row, x + [1.0])) for row in e[:n]]
        states[t] = list(x)
        for s, d, mg, i in inputs:
            if d == 0 and s == t:
                x[i] += mg
        now = t
    return [states[t] for t in times]


def stepped(system, inputs, times, step=2e-4):
    def slope(t, x):
        y = [sum(p * q for p, q in zip(r, x)) for r in system.a]
        for i, growth in system.growth:
            y[i] -= growth * t * x[i]
        for s, d, mg, i in inputs:
            y[i] += mg / d if s - 1e-9 <= t <= s + d + 1e-9 else 0
        return y

    x, t, states = [0.0] * len(system.a), 0.0, []
    for end in times:
        for _ in range(round((end - t) / step)):
            a = slope(t, x)
            b = slope(t + step / 2, [p + step / 2 * q for p, q in zip(x, a)])
            c = slope(t + step / 2, [p + step / 2 * q for p, q in zip(x, b)])
            d = slope(t + step, [p + step * q for p, q in zip(x, c)])
            x = [p + step / 6 * (i + 2 * j + 2 * k + l) for p, i, j, k, l in zip(x, a, b, c, d)]
            t += step
        t = end
        states.append(list(x))
    return states


def main():
    for name, doses, covariates, step_h in CASES:
        pairs = dict(c.split("=") for c in covariates.split(";") if c)
        values = {k: float(v) if re.fullmatch(r"[\d.]+", v) else v for k, v in pairs.items()}
        system = System(name, values)
        inputs = system.inputs([parse_dose(d, values.get("weight_kg")) for d in doses.split(";")])
        times = [round(step_h * (k + 1), 10) for k in range(12)]
        states = (stepped if system.growth else exact)(system, inputs, times)
        names = list(system.effect["effects"]) + list(system.effect.get("effect_sites", {})) if system.effect \
            else list(system.model["outputs"])
        for n in names:
            for t, x in zip(times, states):
                print(name, doses, covariates, n, t, repr(system.value(n, x)), sep="\t")


if __name__ == "__main__":
    main()
