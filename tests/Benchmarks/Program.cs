using BenchmarkDotNet.Running;
using Benchmarks.Cluster;
using Benchmarks.Core;
using Benchmarks.Hosts;
using Benchmarks.Kafka;
using Benchmarks.Micro;
using Benchmarks.Needs;
using Benchmarks.Storage;
using Benchmarks.Trees;
using Benchmarks.Worker;

// One verb, one measurement; the README says what each figure means.
// core   bytes to decision on one core, against budgets.json; exits 1 over budget. [events] [visitors at a time]
// micro  BenchmarkDotNet; further arguments go to it, such as --filter '*Trees*'
// need   reading a search and finding it among a thousand titles
// trees  one row at a time: our scorer, other ways to walk the same trees, XGBoost's C API, SHAP values; exits 1 if it allocates or is not 20 times as fast
// worker one partition's worker between a log and a store that cost nothing. [events]
// storage  durable appends of the embedded log against bare SQLite
// kafka    a topic read by kcat, by a group's member and as a rebuild does. [records]
// ingest   POST of 50 events a request to decision, over HTTP, against bare SQLite
// dialects [NAME...] requests of 50 events of each dialect into the collector alone, against the native format; that against bare SQLite
// ask      GET /v1/should-engage against GET /health/live, by wrk
// card     POST of the decisive event to the card at an agent's stream, at 1,000 events/s
// consoles 2,000 agents' consoles at one node: memory, processor, a card to all screens. [consoles]
// ask cluster, card cluster   the same over a real Kafka and Redis: the ask from Redis alone, the card at a subscriber of Redis
// slot     what one site's hash slot of Redis bears: offers from reservation to the end of the conversation
// stream   a whole topic of a real Kafka decided by one engine and by two, decisions and Redis writes on, against kcat. [events]
// takeover an engine's death: another reads again what lives. [events]
return args switch
{
    ["core", .. var rest] => CoreThroughput.Run(rest),
    ["micro", .. var rest] => BenchmarkSwitcher.FromTypes([typeof(StageBenchmarks)]).Run(rest.Length == 0 ? ["--filter", "*"] : rest).Any() ? 0 : 1,
    ["need"] => NeedBenchmark.Run(),
    ["trees"] => TreeBench.Run(),
    ["worker", .. var rest] => await WorkerThroughput.RunAsync(rest),
    ["kafka", .. var rest] => await KafkaReadBenchmark.RunAsync(rest),
    ["ingest"] => await HostBench.IngestAsync(),
    ["dialects", .. var rest] => await DialectBench.RunAsync(rest),
    ["ask"] => await HostBench.AskAsync(),
    ["ask", "cluster"] => await HostBench.AskClusterAsync(),
    ["card"] => await HostBench.CardAsync(),
    ["card", "cluster"] => await HostBench.CardClusterAsync(),
    ["consoles", .. var rest] => await ConsoleBench.RunAsync(rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 2_000),
    ["slot"] => await SlotBench.RunAsync(),
    ["stream", .. var rest] => await ClusterBench.StreamAsync(rest),
    ["takeover", .. var rest] => await ClusterBench.TakeOverAsync(rest),
    ["storage"] => await StorageBenchmark.RunAsync(),
    ["storage-torture", var path] => await StorageTorture.RunAsync(path),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Benchmarks: core, micro, trees, need, worker, storage, kafka, ingest, dialects, ask, card, consoles, slot, stream, takeover");
    return 2;
}
