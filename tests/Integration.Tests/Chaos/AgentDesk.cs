using System.Collections.Concurrent;
using System.Text.Json;

namespace Integration.Tests.Chaos;

/// <summary>Agents at work: they stay present, see every card, take those that were accepted and are theirs, talk a while and end.</summary>
internal sealed class AgentDesk(ClusterClient client, IReadOnlyList<Uri> nodes, int seed)
{
    /// <summary>Conversations and open offers that each may hold at once: scarce, so that a slot given twice would show.</summary>
    public const int Capacity = 20;

    public static readonly IReadOnlyList<string> Agents = ["ada", "bo", "cy"];

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(4);
    private readonly ConcurrentDictionary<string, bool> _conversations = new();

    /// <summary>Offers whose cards agents saw.</summary>
    public ConcurrentDictionary<string, bool> Cards { get; } = new();

    /// <summary>Who had whom in conversation, by offer: exactly one.</summary>
    public ConcurrentDictionary<string, string> Claimed { get; } = new();

    /// <summary>Offers that two agents were told they had. Must stay empty.</summary>
    public ConcurrentBag<string> ClaimedTwice { get; } = [];

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Agents.SelectMany((agent, i) => new[] { StayAsync(agent, i, stop), WatchAsync(agent, i, stop) }));

    private async Task StayAsync(string agent, int at, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (status, _) = await client.SendAsync(HttpMethod.Put, new Uri(nodes[at++ % nodes.Count], $"/v1/agents/{agent}/presence"), ChaosSite.AgentToken,
                $$"""{"status":"available","capacity":{{Capacity}}}""");
            await Task.Delay(status == 200 ? Heartbeat : TimeSpan.FromMilliseconds(200), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(string agent, int at, CancellationToken stop)
    {
        var random = new Random(seed + at);
        while (!stop.IsCancellationRequested)
        {
            await client.FollowAsync(new Uri(nodes[at++ % nodes.Count], "/v1/agents/cards/stream"), ChaosSite.AgentToken, card => See(agent, card, random), stop);
            await Task.Delay(200, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void See(string agent, JsonElement card, Random random)
    {
        if (card.ValueKind != JsonValueKind.Object || !card.TryGetProperty("kind", out var kind)) return;
        var offer = card.GetProperty("offer").GetString()!;
        if (kind.GetString() == "reserved") Cards[offer] = true;
        if (kind.GetString() is not "full" || card.GetProperty("agent").GetString() != agent || !_conversations.TryAdd(offer, true)) return;
        _ = TalkAsync(agent, offer, random.Next(100, 600), random.Next(500, 3_000), random.Next(nodes.Count));
    }

    private async Task TalkAsync(string agent, string offer, int msToClaim, int msToTalk, int node)
    {
        var body = $$"""{"agent":"{{agent}}"}""";
        await Task.Delay(msToClaim);
        if (await ActAsync($"/v1/cards/{offer}/claim", body, node) == 200)
        {
            if (!Claimed.TryAdd(offer, agent) && Claimed[offer] != agent) ClaimedTwice.Add(offer);
            await Task.Delay(msToTalk);
            await ActAsync($"/v1/cards/{offer}/end", body, node + 1);
        }
        // Seen again as accepted (a store that came back knows no more of the claim), it is taken again.
        _conversations.TryRemove(offer, out _);
    }

    /// <summary>Again and again until somebody answers for the store.</summary>
    private async Task<int> ActAsync(string path, string body, int node)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var (status, _) = await client.SendAsync(HttpMethod.Post, new Uri(nodes[node++ % nodes.Count], path), ChaosSite.AgentToken, body);
            if (status is > 0 and < 500) return status;
            await Task.Delay(200);
        }
        return 0;
    }
}
