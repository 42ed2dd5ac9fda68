"""Every query that the running product makes goes by an index; the database's profiler says so."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database as Mongo

from tests.integration.product import Product, running_product
from web.embedded_mongo import EmbeddedMongo

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
READ_WHOLE = frozenset({"lanes", "targets", "tags"})
"""Small collections that are read as a whole, on purpose."""
SMALL = {"count": 2, "size": 256, "particles_per_micrograph": 2}
QUERIES = (
    "{ projects(first: 5) { totalCount nodes { uid jobCounts { status count }"
    " workspaces(first: 5) { nodes { uid jobs(first: 5) { totalCount nodes { uid } } } } } } }",
    "{ jobs(first: 5, filter: {statuses: [COMPLETED]},"
    " orderBy: [{field: CREATED_AT, direction: DESC}]) {"
    " totalCount nodes { uid parents { uid } children { uid } hasError hasWarning"
    " createdBy { name } activeOperation { status } eventLog { nodes { id } } } } }",
    '{ jobs(filter: {projectUids: ["P1"], text: "x"}) { nodes { uid } } }',
    "{ currentJobs { counts { status count } lanes { jobs { uid } lane { queueLength } }"
    " activeTargets { name runningJobs { uid } } tokenUsage { currentInUse } } }",
    "{ operations(first: 5) { totalCount nodes { summary { requested } results { nodes { index }"
    " } } } activeRestart { id } }",
    '{ activeRestart(projectUid: "P1") { id } operations(statuses: [RUNNING]) { nodes { id } } }',
    '{ jobChain(projectUid: "P1", startJobUid: "J1", endJobUid: "J2") { jobs { uid } } }',
    "{ instance { users { nodes { name apiTokens { name } } } } viewer { name } }",
    "{ tags { counts { total } } storageUsage { totalBytes largestJobs { uid } } }",
    '{ storageUsage(projectUid: "P1") { totalBytes } project(uid: "P1") { size } }',
    "{ auditLog(first: 5, filter: {outcomes: [REFUSED]}) { nodes { mutation } } }",
)


@pytest.fixture(scope="module")
def product(mongod_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("indexes")) as running:
        yield running


@pytest.fixture
def mongo(product: Product) -> Iterator[Mongo[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](EmbeddedMongo(product.data_dir).url) as client:
        yield client["lanekeeper"]


def test_no_query_scans_a_collection(product: Product, mongo: Mongo[dict[str, Any]]) -> None:
    mongo.command("profile", 2)
    project = product.make_project()
    first = product.make_job(project, "simulate_data", SMALL)
    second = product.make_job(project, "blob_picker", micrographs=f"{first}.micrographs")
    for uid in (first, second):
        product.act("queueJob", project, uid)
    product.wait_done(project, [first, second])
    for query in QUERIES:
        product.ask(query)
    product.act("clearJob", project, second)
    product.wait_for(project, [second], frozenset({"BUILDING"}))
    mongo.command("profile", 0)

    scanned = {
        (entry["ns"].partition(".")[2], str(entry.get("command", {}))[:200])
        for entry in mongo["system.profile"].find({"planSummary": {"$regex": "COLLSCAN"}})
    }

    assert mongo["system.profile"].estimated_document_count() > 100
    assert {scan for scan in scanned if scan[0] not in READ_WHOLE} == set()
