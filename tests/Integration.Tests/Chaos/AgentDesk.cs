using System.Collections.Concurrent;
using System.Text.Json;

namespace Integration.Tests.Chaos;

/// <summary>Who works at the desk.</summary>
/// <param name="Capacity">Conversations and open offers that each may hold at once.</param>
/// <param name="Pace">How many times as fast as people they claim and talk.</param>
/// <param name="HasRivals">Whether for each card another one of them tries to claim it at the same moment.</param>
internal sealed record AgentTeam(IReadOnlyList<string> Agents, int Capacity, double Pace = 1, bool HasRivals = false)
{
    /// <summary>Scarce slots, so that one given twice would show.</summary>
    public static readonly AgentTeam Three = new(["ada", "bo", "cy"], 20);

    public int Slots => Capacity * Agents.Count;
}

/// <summary>Agents at work: they stay present, see every card, take those that were accepted and are theirs, talk a while and end.</summary>
internal sealed class AgentDesk(ClusterClient client, IReadOnlyList<Uri> nodes, AgentTeam team, int seed)
{
    /// <summary>Screens that are looked at: what one sees, all see.</summary>
    private const int Screens = 3;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(4);
    private readonly ConcurrentDictionary<string, bool> _conversations = new();

    /// <summary>Offers whose cards agents saw.</summary>
    public ConcurrentDictionary<string, bool> Cards { get; } = new();

    /// <summary>Who had whom in conversation, by offer: exactly one.</summary>
    public ConcurrentDictionary<string, string> Claimed { get; } = new();

    /// <summary>Offers that two agents were told they had. Must stay empty.</summary>
    public ConcurrentBag<string> ClaimedTwice { get; } = [];

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(team.Agents.Select((agent, i) => StayAsync(agent, i, stop)).Concat(Enumerable.Range(0, Screens).Select(i => WatchAsync(i, stop))));

    private async Task StayAsync(string agent, int at, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (status, _) = await client.SendAsync(HttpMethod.Put, new Uri(nodes[at++ % nodes.Count], $"/v1/agents/{agent}/presence"), ChaosSite.AgentToken,
                $$"""{"status":"available","capacity":{{team.Capacity}}}""");
            await Task.Delay(status == 200 ? Heartbeat : TimeSpan.FromMilliseconds(200), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(int at, CancellationToken stop)
    {
        var random = new Random(seed + at);
        while (!stop.IsCancellationRequested)
        {
            await client.FollowAsync(new Uri(nodes[at++ % nodes.Count], "/v1/agents/cards/stream"), ChaosSite.AgentToken, card => See(card, random), stop);
            await Task.Delay(200, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void See(JsonElement card, Random random)
    {
        if (card.ValueKind != JsonValueKind.Object || !card.TryGetProperty("kind", out var kind)) return;
        var offer = card.GetProperty("offer").GetString()!;
        if (kind.GetString() == "reserved") Cards[offer] = true;
        if (kind.GetString() is not "full" || !_conversations.TryAdd(offer, true)) return;
        var (agent, node) = (card.GetProperty("agent").GetString()!, random.Next(nodes.Count));
        var (toClaim, toTalk) = (TimeSpan.FromMilliseconds(random.Next(100, 600) / team.Pace), TimeSpan.FromMilliseconds(random.Next(500, 3_000) / team.Pace));
        _ = TalkAsync(agent, offer, toClaim, toTalk, node);
        if (team.HasRivals) _ = ClaimAsync(team.Agents[random.Next(team.Agents.Count)], offer, toClaim, node + 1);
    }

    private async Task<bool> ClaimAsync(string agent, string offer, TimeSpan wait, int node)
    {
        await Task.Delay(wait);
        if (await ActAsync($"/v1/cards/{offer}/claim", $$"""{"agent":"{{agent}}"}""", node) != 200) return false;
        if (!Claimed.TryAdd(offer, agent) && Claimed[offer] != agent) ClaimedTwice.Add(offer);
        return true;
    }

    private async Task TalkAsync(string agent, string offer, TimeSpan toClaim, TimeSpan toTalk, int node)
    {
        if (await ClaimAsync(agent, offer, toClaim, node))
        {
            await Task.Delay(toTalk);
            await ActAsync($"/v1/cards/{offer}/end", $$"""{"agent":"{{agent}}"}""", node + 1);
        }
        // Seen again as accepted (a store that came back knows no more of the claim), it is taken again.
        _conversations.TryRemove(offer, out _);
    }

    private Task<int> ActAsync(string path, string body, int node) => client.InsistAsync(nodes, node, path, ChaosSite.AgentToken, body);
}
