# Calls the methods of the package's clients and checks what they answer. Which methods there are is read from the
# package: a method that is neither called nor listed in unserved.py fails, as does one that is listed there and served.
# CLIENTS names the generation: v7_0 (what connection.clients gives) or v7_1.
import importlib
import inspect
import os
import sys
import time

from azure.devops.connection import Connection
from azure.devops.exceptions import AzureDevOpsServiceError
from msrest.authentication import BasicAuthentication

from unserved import UNSERVED, unproven

GENERATION = os.environ["CLIENTS"]
problems = []


def check(what, got, want):
    if got != want:
        problems.append(f"{what}: got {got!r}, want {want!r}")


def refused(what, call, type_key, message):
    try:
        got = call()
    except AzureDevOpsServiceError as error:
        check(what, (error.type_key, message in error.message), (type_key, True))
    else:
        problems.append(f"{what}: answered {got!r}, want {type_key}")


class Recorded:
    """A client that remembers which of its methods were called."""

    def __init__(self, client):
        self.client, self.called = client, set()

    def __getattr__(self, name):
        found = getattr(self.client, name)
        if callable(found):
            self.called.add(name)
        return found

    def has(self, name):
        return hasattr(self.client, name)

    def methods(self):
        return {name for name, value in vars(type(self.client)).items() if inspect.isfunction(value) and not name.startswith("_")}


class World:
    """A connection, its clients, and a project of our own."""

    def __init__(self):
        self.root = os.environ["ROOT"] + "/fabrikam"
        self.connection = Connection(base_url=self.root, creds=BasicAuthentication("", os.environ["PAT"]))
        self.clients = {}
        self.name = "Python " + GENERATION

    def client(self, area, name=None):
        name = name or area
        if area not in self.clients:
            package = importlib.import_module(f"azure.devops.{GENERATION}.{area}.{name}_client")
            kind = next(v for k, v in vars(package).items() if k.endswith("Client") and v.__module__ == package.__name__)
            self.clients[area] = Recorded(self.connection.get_client(f"{kind.__module__}.{kind.__name__}"))
        return self.clients[area]

    def model(self, area, kind, **members):
        return getattr(importlib.import_module(f"azure.devops.{GENERATION}.{area}.models"), kind)(**members)

    def team(self, area, team=None):
        return self.model(area, "TeamContext", project=self.name, team=team)

    def patch(self, area, *operations):
        kind = getattr(importlib.import_module(f"azure.devops.{GENERATION}.{area}.models"), "JsonPatchOperation")
        return [kind(op=op, path=path, value=value) for op, path, value in operations]

    def until(self, question):
        """Asks for at most ten seconds, until something is true."""
        for _ in range(200):
            answer = question()
            if answer:
                return answer
            time.sleep(0.05)
        return "nothing in ten seconds"

    def wait(self, reference):
        ended = lambda status: status not in ("notSet", "queued", "inProgress") and status
        return self.until(lambda: ended(self.client("operations").get_operation(reference.id).status))


def covered(world):
    """Prints how many methods were called, and tells of those that were forgotten."""
    for area in UNSERVED:
        world.client(area)
    for area, client in world.clients.items():
        methods, unserved = client.methods(), UNSERVED.get(area, {})
        called = methods & client.called
        for name in sorted(methods - called - unserved.keys()):
            problems.append(f"{area}.{name} is neither called nor listed in unserved.py")
        for name in sorted(called & unserved.keys()):
            problems.append(f"{area}.{name} is called and listed in unserved.py")
        problems.extend(unproven(area, client.client, methods, GENERATION == "v7_0"))
        if called:
            print(f"{area}: {len(called)} of {len(methods)}")


def main():
    import clients_access, clients_account, clients_core, clients_items, clients_people, clients_plan, clients_process, clients_queries, clients_services, clients_wit
    world = World()
    for part in (clients_core, clients_wit, clients_items, clients_queries, clients_plan, clients_process, clients_people, clients_services, clients_account, clients_access):
        for name, function in vars(part).items():
            if inspect.isfunction(function) and function.__module__ == part.__name__ and not name.startswith("_"):
                try:
                    function(world)
                except Exception as error:  # the other parts tell more
                    import traceback
                    at = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(part.__name__ + ".py")][-1]
                    problems.append(f"{part.__name__}.{name}:{at.lineno} {at.line}: {type(error).__name__} {str(error)[:400]}")
    clients_core._finish(world)
    covered(world)
    print("\n".join(problems), file=sys.stderr)
    sys.exit(bool(problems))


if __name__ == "__main__":
    sys.modules["clients"] = sys.modules["__main__"]
    main()
