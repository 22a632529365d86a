"""Runs a command that changes the network, and looks who reaches whom before it, between every two changes, and after.

Takes the Regions, then the command. Prints, as JSON, how the command ended and what was seen: the change, and every
conversation that is answered.
"""

import json
import os
import subprocess
import sys
import threading
import urllib.request
from typing import Any, Dict, List, Optional, Set, Tuple

from network import World, matrix
from sessions import ids

#: What changes routes, tables, groups, gateways, and who may use them.
SERVICES = ["ec2", "ram"]
TRAFFIC = [("tcp", 443), ("tcp", 5432), ("udp", 53)]


def control(method: str, body: Any = None) -> Any:
    url = os.environ["AWS_ENDPOINT_URL"].rstrip("/") + "/landfall/turns"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def answered(world: World) -> Set[str]:
    return {way for way, outcome in matrix(world, TRAFFIC).items() if outcome == "passes"}


class Watch:
    def __init__(self) -> None:
        self.world = World()
        self.names = {account: name for name, account in ids().items()}
        self.seen: List[Dict[str, Any]] = []
        self.last: Set[str] = set()
        self.look(None)

    def look(self, call: Optional[Dict[str, Any]]) -> None:
        """What is open now, told as what has come and gone since the last look."""
        now = answered(self.world)
        what = None if call is None else f"{call['service']} {call['operation']} {self.names[call['account']]} {call['region']}"
        seen = {"call": what, "opened": sorted(now - self.last), "cut": sorted(self.last - now)}
        self.seen.append({**seen, "swapping": self.swapping()})
        self.last = now

    def swapping(self) -> List[str]:
        """The VPCs whose attachments have no route table now."""
        found = []
        for hub in self.world.hubs.values():
            alone = [one["VpcId"] for name, one in hub.vpcs.items() if name not in hub.associated]
            found += [self.world.name(vpc) for vpc in alone if vpc in self.world.owners]
        return sorted(found)

    def follow(self, command: List[str]) -> Tuple[int, str]:
        control("PUT", SERVICES)
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        told: List[str] = []
        reader = threading.Thread(target=lambda: told.append(running.stdout.read()))
        reader.start()
        try:
            while True:
                ended = running.poll() is not None
                call = control("GET")
                if call is not None:
                    self.world.refresh({(self.names[call["account"]], call["region"])})
                    self.look(call)
                    control("POST")
                elif ended:
                    break
        finally:
            control("DELETE")
        reader.join()
        self.world.refresh(set(self.world.places))
        self.look(None)
        return running.returncode, told[0]


watch = Watch()
code, told = watch.follow(sys.argv[3:])
print(json.dumps({"code": code, "told": told, "seen": watch.seen}))
