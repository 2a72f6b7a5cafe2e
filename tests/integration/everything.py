"""A workbench in which every page has something to show."""

from __future__ import annotations

from curation.actions import questions, review, tokenizers, tokens
from curation.models import Export, Snapshot, Source, User
from curation.queries import as_read
from curation.queries.clusters import groups
from tests.integration.play import Workbench


def one_of_everything(by: User) -> dict[str, object]:
    """Makes it, in this process, and gives what ``Route.address`` needs."""
    bench = Workbench(by)
    bench.add(1)
    bench.add(2)
    bench.result()
    bench.set_thresholds(60, 0.2)
    bench.judge(1, "drop")
    bench.exclude(2)
    bench.result()
    snapshot = Snapshot.objects.latest("pk")
    queue = review.create_queue(
        snapshot=snapshot, corpus=bench.corpus, name="dropped", filter={"verdict": "drop"},
        size=5, seed=1, by=by,
    )  # fmt: skip
    bench.work(tokenizers.train_tokenizer(name="small", snapshot=snapshot, vocab_size=540, by=by))
    question = questions.ask(snapshot=snapshot, text="川沿いの古い倉庫", by=by)
    tokens.create_token(name="trainer", scopes=["read", "pull"], days=30, by=by)
    return {
        "corpora.name": bench.corpus.name,
        "blob": as_read.parts(bench.corpus)[0].documents,
        "row": 0,
        "recipes.name": "play",
        "tokenizers.name": "small",
        "snapshot_id": snapshot.pk,
        "document_id": bench.document_ids()[0],
        "group": groups(snapshot).name(0),
        "run_id": snapshot.run_id,
        "source_id": Source.objects.latest("pk").pk,
        "queue_id": queue.pk,
        "question_id": question.pk,
        "export_id": Export.objects.latest("pk").pk,
    }
