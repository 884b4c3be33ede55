"""A city that needs volunteers, made from a seed: volunteers.csv, needs.csv and pairs.csv, as `linli match plan` reads them.

2,000 communities (a Gaussian mixture over 12 districts, 15 % of them anywhere) on 50 × 50 km. A volunteer lives about
150 m from the middle of a community, has 1 to 4 of 12 skills (a few are common), is free in 3 to 9 of 21 slots of a week
(evenings and the weekend more) and takes 1 to 4 of them. A need is about 200 m from the middle, asks for one skill in one
slot, 1 to 5 people (mostly 1 or 2), with urgency 1 to 5 (mostly low). A pair is who holds the skill, is free in the slot
and lives within 3 km, the 20 nearest; metres are whole.

generate.py VOLUNTEERS NEEDS --out FOLDER [--seed 7]

An instance that is there already is left as it is.
"""

import argparse
import pathlib

import numpy as np
from scipy.spatial import cKDTree

SKILLS, SLOTS, COMMUNITIES = 12, 21, 2000
CITY_M, RADIUS_M, NEAREST = 50_000.0, 3000.0, 20
BLOCK = 100_000


def city(volunteers, needs, seed):
    """The order of the draws is part of the instance: another order is another city."""
    chance = np.random.default_rng(seed)
    districts = chance.uniform(0.15 * CITY_M, 0.85 * CITY_M, (12, 2))
    weights = chance.dirichlet(np.ones(12) * 2)
    community = districts[chance.choice(12, COMMUNITIES, p=weights)] + chance.normal(0, 4000, (COMMUNITIES, 2))
    community = np.clip(community, 0, CITY_M)
    anywhere = chance.random(COMMUNITIES) < 0.15
    community[anywhere] = chance.uniform(0, CITY_M, (int(anywhere.sum()), 2))
    people = chance.lognormal(0, 0.6, COMMUNITIES)
    people /= people.sum()

    skill_share = 1 / np.arange(1, SKILLS + 1) ** 0.9
    skill_share /= skill_share.sum()
    slot_share = np.tile([0.7, 0.9, 1.4], 7)
    slot_share[15:] *= 1.8
    slot_share /= slot_share.sum()

    def masks(share, least, most, count):
        """So many different bits each, by their share: the largest of weights with Gumbel noise."""
        bits = chance.integers(least, most + 1, count)
        out = np.zeros(count, np.uint32)
        for start in range(0, count, BLOCK):
            end = min(count, start + BLOCK)
            noisy = np.log(share) + chance.gumbel(size=(end - start, len(share)))
            rank = (-noisy).argsort(1).argsort(1)
            out[start:end] = ((rank < bits[start:end, None]) * (1 << np.arange(len(share)))).sum(1)
        return out

    homes = community[chance.choice(COMMUNITIES, volunteers, p=people)] + chance.normal(0, 150, (volunteers, 2))
    skills = masks(skill_share, 1, 4, volunteers)
    slots = masks(slot_share, 3, 9, volunteers)
    shifts = chance.choice([1, 2, 3, 4], volunteers, p=[0.45, 0.3, 0.15, 0.1])
    places = community[chance.choice(COMMUNITIES, needs, p=people)] + chance.normal(0, 200, (needs, 2))
    # Demand is spread more evenly than supply, so some skills are scarce.
    skill = chance.choice(SKILLS, needs, p=0.6 * skill_share + 0.4 / SKILLS)
    slot = chance.choice(SLOTS, needs, p=0.5 * slot_share + 0.5 / SLOTS)
    head_count = chance.choice([1, 2, 3, 4, 5], needs, p=[0.4, 0.27, 0.16, 0.1, 0.07])
    urgency = chance.choice([1, 2, 3, 4, 5], needs, p=[0.3, 0.28, 0.22, 0.13, 0.07])
    return (homes, skills, slots, shifts), (places, skill, slot, head_count, urgency)


def pairs(volunteers, needs):
    """Need, volunteer and metres, by need and then by metres: one k-d tree for each skill and slot."""
    homes, skills, slots, _ = volunteers
    places, skill, slot, _, _ = needs
    found = [], [], []
    for s in range(SKILLS):
        for t in range(SLOTS):
            asking = np.flatnonzero((skill == s) & (slot == t))
            offering = np.flatnonzero(((skills >> s) & 1 == 1) & ((slots >> t) & 1 == 1))
            if not len(asking) or not len(offering):
                continue
            count = min(NEAREST, len(offering))
            metres, which = cKDTree(homes[offering]).query(
                places[asking], k=count, distance_upper_bound=RADIUS_M
            )
            metres, which = metres.reshape(len(asking), count), which.reshape(len(asking), count)
            near = np.isfinite(metres)
            found[0].append(np.repeat(asking, near.sum(1)))
            found[1].append(offering[which[near]])
            found[2].append(np.rint(metres[near]).astype(np.int64))
    need, volunteer, metres = (np.concatenate(part) if part else np.zeros(0, np.int64) for part in found)
    order = np.lexsort((metres, need))
    return need[order], volunteer[order], metres[order]


def write(path, header, *columns):
    np.savetxt(path, np.column_stack(columns), delimiter=",", header=header, comments="", fmt="%d")


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("volunteers", type=int)
    options.add_argument("needs", type=int)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--seed", type=int, default=7)
    options = options.parse_args()
    if (options.out / "pairs.csv").exists():
        raise SystemExit
    volunteers, needs = city(options.volunteers, options.needs, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    write(
        options.out / "volunteers.csv",
        "x_dm,y_dm,skill_mask,slot_mask,max_shifts",
        np.rint(volunteers[0] * 10),
        *volunteers[1:],
    )
    write(
        options.out / "needs.csv",
        "x_dm,y_dm,skill,slot,headcount,urgency",
        np.rint(needs[0] * 10),
        *needs[1:],
    )
    # Last: whoever finds it finds all three.
    write(options.out / "pairs.csv.part", "need,volunteer,dist_m", *pairs(volunteers, needs))
    (options.out / "pairs.csv.part").rename(options.out / "pairs.csv")
