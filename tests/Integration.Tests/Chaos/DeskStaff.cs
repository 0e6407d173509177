using System.Collections.Concurrent;
using System.Globalization;
using Engagement.Testing;

namespace Integration.Tests.Chaos;

/// <summary>People at a company's own desk: who opens a note there claims the card by the API, talks a while and ends.</summary>
internal sealed class DeskStaff(ClusterClient client, IReadOnlyList<Uri> nodes, ChatwootServer chatwoot, int seed)
{
    private readonly ConcurrentDictionary<string, Task> _conversations = new();

    /// <summary>Offers that they had in conversation.</summary>
    public ConcurrentDictionary<string, bool> Claimed { get; } = new();

    /// <summary>Nobody of those whose notes were opened is in conversation any more.</summary>
    public bool IsIdle => _conversations.Values.All(c => c.IsCompleted);

    public async Task RunAsync(CancellationToken stop)
    {
        var random = new Random(seed);
        while (!stop.IsCancellationRequested)
        {
            foreach (var handed in chatwoot.HandOvers().Where(h => h.Messages.Count > 0 && !_conversations.ContainsKey(h.Offer)))
                _conversations[handed.Offer] = TalkAsync(handed.Offer, string.Create(CultureInfo.InvariantCulture, $"chatwoot-{handed.Assignee}"), random.Next(100, 1_000), random.Next(nodes.Count));
            foreach (var fallen in _conversations.Values.Where(c => c.IsFaulted)) await fallen;
            await Task.Delay(100, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Where the note came later than she waits, her card was given up and there is nobody to talk to. Where nobody could tell for half a minute that they are
    /// there, the conversation was taken from them.
    /// </summary>
    private async Task TalkAsync(string offer, string agent, int milliseconds, int node)
    {
        var who = $$"""{"agent":"{{agent}}"}""";
        var status = await client.InsistAsync(nodes, node, $"/v1/cards/{offer}/claim", ChaosSite.AgentToken, who);
        Assert.True(status is 200 or 409, $"claim of {offer} by {agent}: {status}");
        if (status != 200) return;
        Claimed[offer] = true;
        await Task.Delay(milliseconds);
        status = await client.InsistAsync(nodes, node + 1, $"/v1/cards/{offer}/end", ChaosSite.AgentToken, who);
        Assert.True(status is 200 or 404, $"end of {offer} by {agent}: {status}");
    }
}
