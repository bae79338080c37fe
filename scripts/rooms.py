#!/usr/bin/env python3
"""Prints the graph of includes between rooms, for people who look for their way.

    scripts/rooms.py             every room of the program, floor by floor: a room includes only from floors below it
    scripts/rooms.py server      only the rooms in that folder, with the arrows between them
    scripts/rooms.py --dot       the same graph for Graphviz: scripts/rooms.py --dot | dot -Tsvg -o rooms.svg

Each line begins with the floor of the room: the length of its longest way down. The number after a room is that of the
include lines. Fails if rooms include each other in a circle.
"""

import pathlib
import sys

import check_includes

NOT_OF_THE_PROGRAM = ("tests", "examples", "bench")


def graph_of(tree, below=""):
    """{room: {room: number of include lines}} for the rooms in the folder `below`."""

    def shown(room):
        return not room.startswith(NOT_OF_THE_PROGRAM) and f"{room}/".startswith(below and f"{below}/")

    graph = {room: {} for room in map(check_includes.room_of, tree.files) if shown(room)}
    for room, target, _, _ in tree.arrows():
        if shown(room) and shown(target):
            graph[room][target] = graph[room].get(target, 0) + 1
    return graph


def circle_in(graph):
    """The rooms of one circle, in order, the first one again at the end; empty if there is none."""
    done, way = set(), []

    def visit(room):
        if room in way:
            return [*way[way.index(room):], room]
        if room in done:
            return []
        way.append(room)
        found = next(filter(None, map(visit, graph[room])), [])
        way.pop()
        done.add(room)
        return found

    return next(filter(None, map(visit, graph)), [])


def floors_of(graph):
    """[[room]], the lowest floor first."""
    height = {}

    def visit(room):
        if room not in height:
            height[room] = 1 + max(map(visit, graph[room]), default=-1)
        return height[room]

    for room in graph:
        visit(room)
    return [sorted(room for room in graph if height[room] == floor) for floor in range(max(height.values()) + 1)]


def main(arguments):
    dot = "--dot" in arguments
    below = next((argument.rstrip("/") for argument in arguments if argument != "--dot"), "")
    tree = check_includes.Tree.read(pathlib.Path(__file__).resolve().parent.parent)
    graph = graph_of(tree, below)
    if not graph:
        sys.exit(f"{sys.argv[0]}: no room in {below}/")
    circle = circle_in(graph)
    if circle:
        sys.exit("a circle: " + " -> ".join(circle))
    if dot:
        edges = [f'  "{room}" -> "{target}";' for room in graph for target in graph[room]]
        print("\n".join(["digraph rooms {", *sorted(edges), "}"]))
        return
    floors = floors_of(graph)
    for number, rooms in reversed(list(enumerate(floors))):
        for room in rooms:
            targets = ", ".join(f"{target} ({lines})" for target, lines in sorted(graph[room].items()))
            print(f"{number:2}  {room}{' -> ' if targets else ''}{targets}")
    print(f"{len(graph)} rooms on {len(floors)} floors, {sum(map(len, graph.values()))} arrows, no circle; FLOOR  ROOM -> ROOM (include lines), ...")


if __name__ == "__main__":
    main(sys.argv[1:])
