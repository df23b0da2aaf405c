"""Whether there is a cluster here that stacks can be run on, and how many it carries, in words for people."""

from __future__ import annotations

from dataclasses import dataclass

from game.errors import PlatformError
from game.lab.containers.connection import address
from game.lab.containers.provision import image
from game.lab.runtime.choice import EngineFound
from game.lab.swarm.cluster import Cluster
from game.lab.swarm.placement import Weight, carries
from game.lab.swarm.runtime import IMAGE, WEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFound:
    """`carries`: how many stacks each ready node carries, by its address."""

    engine: EngineFound
    carries: tuple[tuple[str, int], ...] = ()


def found(weight: Weight = WEIGHT) -> ClusterFound:
    """Ask the manager for its nodes, and this engine for the image; never raises."""
    where, version = address(), ""
    try:
        cluster = Cluster(where)
        try:
            version = cluster.version()
            nodes = cluster.nodes()
            cluster.image_id(image(IMAGE))
        finally:
            cluster.close()
    except PlatformError as error:
        return ClusterFound(
            engine=EngineFound(where=where, version=version, lacks=error.what, remedy=error.hint)
        )
    return ClusterFound(
        engine=EngineFound(where=where, version=version),
        carries=tuple((node.address, carries(node, weight)) for node in nodes),
    )
