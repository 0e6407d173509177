using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Integration.Tests.Chaos;

/// <summary>
/// Looks at the store's own set of leases, beside the product: how many slots of each agent are taken at one moment of the server's time. A slot is
/// an open offer's lease, or a conversation. A store that came back empty grants no more than it knows of either; what it cannot know is a conversation
/// that was under way.
/// </summary>
internal sealed class LeaseSampler(Func<string[], Task<string>> redis, AgentTeam team)
{
    private const string Script =
        """
        local t = redis.call('TIME')
        local now, taken = t[1] * 1000 + math.floor(t[2] / 1000), {}
        for _, slot in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')) do
          local agent = string.match(slot, '^(%Z+)%z')
          taken[agent] = (taken[agent] or 0) + 1
        end
        return cjson.encode(taken)
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public int Samples { get; private set; }

    /// <summary>The most slots of one agent that were ever taken at once.</summary>
    public int Most { get; private set; }

    /// <summary>Agents over their capacity. Must stay empty.</summary>
    public ConcurrentBag<string> OverGranted { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await TakenAsync() is { } taken) Judge(taken);
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Slots taken now by agent; null while the store does not answer.</summary>
    public async Task<Dictionary<string, int>?> TakenAsync()
    {
        var answer = await redis(["EVAL", Script, "1", $"engagement:{{{ChaosSite.Id}}}:leases"]);
        return answer.StartsWith('{') ? JsonSerializer.Deserialize<Dictionary<string, int>>(answer) : null;
    }

    /// <summary>Nobody comes any more: leases lapse, conversations end, and every slot is free, as the store and as the API say.</summary>
    public async Task EveryFreeAsync(ChaosCluster cluster, ClusterClient client)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var taken = await TakenAsync();
            var (_, stats) = await client.SendAsync(HttpMethod.Get, new Uri(cluster.Nodes[ChaosCluster.Engines[0]].Address, "/v1/stats"), ChaosSite.ApiKey);
            if (taken is { Count: 0 } && stats.GetProperty("freeSlots").GetInt32() == team.Slots) return;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(75), $"slots were leaked: {string.Join(", ", taken ?? [])}; {stats.GetRawText()}");
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private void Judge(Dictionary<string, int> taken)
    {
        Samples++;
        var most = taken.Count == 0 ? 0 : taken.Values.Max();
        Most = Math.Max(Most, most);
        foreach (var (agent, slots) in taken.Where(t => t.Value > team.Capacity)) OverGranted.Add($"{agent}: {slots}");
    }
}
