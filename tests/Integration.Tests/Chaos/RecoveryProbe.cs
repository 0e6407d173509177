using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Integration.Tests.Chaos;

/// <summary>
/// Waits until the cluster is back to work: every node ready with all that it depends on, a visitor who comes now decided about, and every partition's
/// worker at the end of the log. One broker keeps one copy of each topic, which readiness calls degraded for good: that is not asked.
/// </summary>
internal sealed class RecoveryProbe(ChaosCluster cluster, ClusterClient client, EventSenders events, TimeSpan bound)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private int _probes;

    /// <summary>How long it took since the clock was started; throws when it takes longer than the bound.</summary>
    public async Task<TimeSpan> RecoverAsync(Stopwatch clock)
    {
        var parts = new Dictionary<string, Task> { ["ready"] = ReadyAsync(), ["decided"] = DecidedAsync(), ["lag"] = CaughtUpAsync() };
        await Task.WhenAny(Task.WhenAll(parts.Values), Task.Delay(bound > clock.Elapsed ? bound - clock.Elapsed : TimeSpan.Zero));
        var elapsed = clock.Elapsed;
        var late = parts.Where(p => !p.Value.IsCompletedSuccessfully).ToList();
        if (late.Count == 0) return elapsed;
        foreach (var failed in late.Where(p => p.Value.IsFaulted)) await failed.Value;
        throw new TimeoutException($"not within {bound.TotalSeconds} s: {string.Join(", ", late.Select(p => p.Key))}; {await DescribeAsync()}");
    }

    /// <summary>How long it takes until this engine alone works on every partition; throws when it takes longer than the bound.</summary>
    public async Task<TimeSpan> TakenOverAsync(string engine)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(Interval))
        {
            var (status, stats) = await client.SendAsync(HttpMethod.Get, new Uri(cluster.Nodes[engine].Address, "/v1/stats"), ChaosSite.ApiKey);
            if (status == 200 && stats.GetProperty("partitions").EnumerateArray().All(p => p.GetProperty("phase").GetString() == "live")) return clock.Elapsed;
            if (clock.Elapsed > bound) throw new TimeoutException($"{engine} did not take over within {bound.TotalSeconds} s; {await DescribeAsync()}");
        }
    }

    /// <summary>By partition how far its worker's effects are durable.</summary>
    public async Task<Dictionary<int, long>> GetPositionsAsync()
    {
        var positions = new Dictionary<int, long>();
        foreach (var (partition, position, _) in await AskPartitionsAsync()) positions[partition] = Math.Max(position, positions.GetValueOrDefault(partition));
        return positions;
    }

    private async Task ReadyAsync()
    {
        while (true)
        {
            var answers = await Task.WhenAll(cluster.Addresses.Select(a => client.SendAsync(HttpMethod.Get, new Uri(a, "/health/ready"), ChaosSite.ApiKey)));
            if (answers.All(a => a.Status == 200 && a.Body.GetProperty("dependencies").EnumerateArray().Where(d => d.GetProperty("name").GetString() != "topics").All(d => d.GetProperty("status").GetString() == "ok"))) return;
            await Task.Delay(Interval);
        }
    }

    private async Task DecidedAsync()
    {
        var visitor = string.Create(CultureInfo.InvariantCulture, $"probe{Interlocked.Increment(ref _probes)}");
        await events.SendAsync([$"{visitor}-0"], $$$"""
            {"id":"{{{visitor}}}-0","visitor":"{{{visitor}}}","type":"page_viewed","page":{"url":"https://shop.example/","language":"en"}}
            """);
        foreach (var node in cluster.Addresses)
        {
            while (true)
            {
                var (status, answer) = await client.SendAsync(HttpMethod.Get, new Uri(node, $"/v1/should-engage?visitor={visitor}"), ChaosSite.ApiKey);
                if (status == 200 && answer.GetProperty("decisionId").ValueKind == JsonValueKind.String) break;
                await Task.Delay(Interval);
            }
        }
    }

    /// <summary>Under a steady load each partition is seen at the log's end, not all at one moment.</summary>
    private async Task CaughtUpAsync()
    {
        var caughtUp = new HashSet<int>();
        while (true)
        {
            caughtUp.UnionWith((await AskPartitionsAsync()).Where(p => p.Lag == 0).Select(p => p.Partition));
            if (caughtUp.Count == Engagement.Testing.KafkaBroker.AutomaticPartitions) return;
            await Task.Delay(Interval);
        }
    }

    /// <summary>Partitions that are live, as the engines that answer say.</summary>
    private async Task<List<(int Partition, long Position, long Lag)>> AskPartitionsAsync()
    {
        var live = new List<(int, long, long)>();
        foreach (var engine in ChaosCluster.Engines)
        {
            var (status, stats) = await client.SendAsync(HttpMethod.Get, new Uri(cluster.Nodes[engine].Address, "/v1/stats"), ChaosSite.ApiKey);
            if (status != 200) continue;
            live.AddRange(stats.GetProperty("partitions").EnumerateArray().Where(p => p.GetProperty("phase").GetString() == "live")
                .Select(p => (p.GetProperty("partition").GetInt32(), p.GetProperty("position").GetInt64(), p.GetProperty("lag").GetInt64())));
        }
        return live;
    }

    private async Task<string> DescribeAsync()
    {
        var said = new List<string>();
        foreach (var node in cluster.Nodes.Values)
        {
            foreach (var path in (string[])["/health/ready", "/v1/stats"])
            {
                var (status, body) = await client.SendAsync(HttpMethod.Get, new Uri(node.Address, path), ChaosSite.ApiKey);
                said.Add($"{node.Name} {path}: {status} {(body.ValueKind == JsonValueKind.Undefined ? "" : body.GetRawText())}");
            }
        }
        return string.Join(Environment.NewLine, said);
    }
}
