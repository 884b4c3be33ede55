"""The same instance solved by others: prints one JSON object with filled, weighted, dist_m and the seconds it took.

OR-Tools' min-cost flow solves it exactly when one urgency costs more than any detour (`--bigm`): the smaller, the faster,
and the caller checks that it was large enough. HiGHS solves the two linear programmes one after the other.

reference.py ortools|highs FOLDER [--bigm 20000] [--limit 60]
"""

import argparse
import json
import pathlib
import resource
import time

import numpy as np


def table(path):
    with open(path) as file:
        columns = len(file.readline().split(","))
        return np.fromstring(file.read().replace("\n", ","), dtype=np.int64, sep=",").reshape(-1, columns).T


class Instance:
    def __init__(self, folder):
        *_, self.shifts = table(folder / "volunteers.csv")
        *_, slot, self.seats, self.urgency = table(folder / "needs.csv")
        self.need, self.volunteer, self.metres = table(folder / "pairs.csv")
        slots = int(slot.max(initial=0)) + 1
        self.key = self.volunteer * slots + slot[self.need]
        # Only who is named in a pair takes part.
        self.volunteers, self.of_volunteer = np.unique(self.volunteer, return_inverse=True)
        self.keys, self.of_key = np.unique(self.key, return_inverse=True)
        self.needs, self.of_need = np.unique(self.need, return_inverse=True)
        self.volunteer_of_key = np.searchsorted(self.volunteers, self.keys // slots)

    def totals(self, chosen):
        """What a choice comes to; stops when it is not allowed."""
        filled = np.bincount(self.need[chosen], minlength=len(self.seats))
        assert (filled <= self.seats).all(), "head count"
        served = np.bincount(self.volunteer[chosen], minlength=len(self.shifts))
        assert (served <= self.shifts).all(), "shifts"
        assert len(np.unique(self.key[chosen])) == len(chosen), "two places in one slot"
        return {
            "filled": len(chosen),
            "weighted": int((filled * self.urgency).sum()),
            "dist_m": int(self.metres[chosen].sum()),
        }


class Watch:
    """Seconds on the clock and of all processors since the last question."""

    def __init__(self):
        self.lap()

    def lap(self):
        now = time.perf_counter(), time.process_time()
        gone = tuple(b - a for a, b in zip(getattr(self, "last", now), now))
        self.last = now
        return gone


def ortools(instance, options, watch):
    from ortools.graph.python import min_cost_flow

    watch.lap()
    flow = min_cost_flow.SimpleMinCostFlow()
    add = flow.add_arcs_with_capacity_and_unit_cost
    volunteers = np.arange(len(instance.volunteers))
    keys = len(volunteers) + np.arange(len(instance.keys))
    needs = len(volunteers) + len(keys) + np.arange(len(instance.needs))
    source = len(volunteers) + len(keys) + len(needs)
    seats, urgency = instance.seats[instance.needs], instance.urgency[instance.needs]
    # More than every metre there is, unless the caller knows a smaller one that will do.
    big = options.bigm or int(instance.metres.max(initial=0)) * int(seats.sum()) + 1
    add(np.full(len(volunteers), source), volunteers, instance.shifts[instance.volunteers], np.zeros(len(volunteers), np.int64))
    add(instance.volunteer_of_key, keys, np.ones(len(keys), np.int64), np.zeros(len(keys), np.int64))
    add(np.full(len(needs), source), needs, seats, urgency * big)
    arcs = add(keys[instance.of_key], needs[instance.of_need], np.ones(len(instance.need), np.int64), instance.metres)
    flow.set_nodes_supplies(needs, -seats)
    flow.set_node_supply(source, int(seats.sum()))
    built = watch.lap()
    status = flow.solve()
    solved = watch.lap()
    assert status == flow.OPTIMAL, status
    return np.flatnonzero(flow.flows(arcs)), built, solved


def highs(instance, options, watch):
    import highspy
    from scipy.sparse import coo_array, vstack

    watch.lap()
    count = len(instance.need)
    column = np.arange(count)
    rows = lambda of, height: coo_array((np.ones(count), (of, column)), shape=(height, count))
    weight = instance.urgency[instance.need].astype(float)
    matrix = vstack(
        [
            rows(instance.of_key, len(instance.keys)),
            rows(instance.of_volunteer, len(instance.volunteers)),
            rows(instance.of_need, len(instance.needs)),
            coo_array(weight[None, :]),
        ]
    ).tocsr()
    upper = np.concatenate(
        (
            np.ones(len(instance.keys)),
            instance.shifts[instance.volunteers],
            instance.seats[instance.needs],
            [highspy.kHighsInf],
        )
    ).astype(float)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_, model.col_cost_ = count, len(upper), -weight
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.row_lower_, model.row_upper_ = np.full(len(upper), -highspy.kHighsInf), upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 2)
    solver.setOptionValue("time_limit", options.limit)
    solver.passModel(model)
    built = watch.lap()
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        best = round(-solver.getInfo().objective_function_value)
        solver.changeRowBounds(len(upper) - 1, float(best), highspy.kHighsInf)
        solver.changeColsCost(count, np.arange(count, dtype=np.int32), instance.metres.astype(float))
        solver.run()
    solved = watch.lap()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, built, solved
    return np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5), built, solved


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("engine", choices=["ortools", "highs"])
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--bigm", type=int, default=0)
    options.add_argument("--limit", type=float, default=60)
    options = options.parse_args()
    instance = Instance(options.folder)
    chosen, built, solved = globals()[options.engine](instance, options, Watch())
    figures = {
        "done": chosen is not None,
        "build_s": built[0],
        "build_cpu_s": built[1],
        "solve_s": solved[0],
        "solve_cpu_s": solved[1],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if chosen is not None:
        figures |= instance.totals(chosen)
    print(json.dumps(figures))
