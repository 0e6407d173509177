using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Integration.Tests.Chaos;

/// <summary>What one visitor's page heard, and what she said.</summary>
internal sealed class PageVisit
{
    private readonly Lock _gate = new();
    private readonly List<string> _invitations = [];
    private readonly Stopwatch _sinceNo = new();

    public required string Visitor { get; init; }
    public required string Token { get; init; }

    /// <summary>Ids of the invitations that reached her page, each once.</summary>
    public IReadOnlyList<string> Invitations
    {
        get
        {
            lock (_gate) return [.. _invitations];
        }
    }

    /// <summary>Invitations that came after her no was taken, the same one again included. Must stay empty.</summary>
    public ConcurrentBag<string> HeardAfterNo { get; } = [];

    public void Hear(string invitation)
    {
        lock (_gate)
        {
            // What was on its way to a page that had just come back is no new invitation.
            if (_sinceNo.IsRunning && (!_invitations.Contains(invitation) || _sinceNo.Elapsed > TimeSpan.FromSeconds(1))) HeardAfterNo.Add(invitation);
            if (!_invitations.Contains(invitation)) _invitations.Add(invitation);
        }
    }

    public void Refused()
    {
        lock (_gate) _sinceNo.Start();
    }
}

/// <summary>Visitors with a page open, so many at a time: they search in vain, are invited, and say yes, no or nothing.</summary>
internal sealed class PageVisitors(ClusterClient client, EventSenders events, Uri collector, IReadOnlyList<Uri> nodes, int seed, int pages = 8, double pace = 1)
{
    private static readonly string[] Queries = ["return label", "print return label", "returns label missing", "where is my return label", "return label pdf", "return label post"];
    private int _visits;

    public ConcurrentBag<PageVisit> Visits { get; } = [];

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, pages).Select(i => StayAsync(new Random(seed + 100 + i), stop)));

    private async Task StayAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) await VisitAsync(random, stop);
    }

    private async Task VisitAsync(Random random, CancellationToken stop)
    {
        if (await OpenAsync(stop) is not { } visit) return;
        Visits.Add(visit);
        var name = string.Create(CultureInfo.InvariantCulture, $"page{Interlocked.Increment(ref _visits)}");
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var page = WatchAsync(visit, random.Next(), closed.Token);
        for (var i = 0; i < Queries.Length && !stop.IsCancellationRequested; i++)
        {
            await SearchAsync(visit, name, i);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 500) / pace), CancellationToken.None);
            // Four searches in vain are enough; the rest come after her answer, so that a second invitation has its chance to be wrong.
            if (i == 3) await AnswerAsync(visit, random, stop);
        }
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 3_000) / pace), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await closed.CancelAsync();
        await page;
    }

    private async Task<PageVisit?> OpenAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (status, answer) = await client.SendAsync(HttpMethod.Post, new Uri(collector, "/v1/sessions"), ChaosSite.ApiKey);
            if (status == 201) return new PageVisit { Visitor = answer.GetProperty("visitor").GetString()!, Token = answer.GetProperty("token").GetString()! };
            Assert.True(status is 0 or 503, $"{status}: {answer}");
            await Task.Delay(100, CancellationToken.None);
        }
        return null;
    }

    private Task SearchAsync(PageVisit visit, string name, int step)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{step}");
        return events.SendAsync([id], $$$"""
            {"id":"{{{id}}}","visitor":"{{{visit.Visitor}}}","type":"search_performed","page":{"url":"https://shop.example/help","language":"en"},"search":{"query":"{{{Queries[step]}}}","resultCount":0,"scope":"help"}}
            """);
    }

    /// <summary>The page's stream, from whatever node is there.</summary>
    private async Task WatchAsync(PageVisit visit, int at, CancellationToken closed)
    {
        while (!closed.IsCancellationRequested)
        {
            var node = nodes[at++ % nodes.Count];
            await client.FollowAsync(new Uri(node, $"/v1/visitors/{visit.Visitor}/invitations/stream"), visit.Token, message => Hear(visit, message), closed);
            await Task.Delay(200, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Hear(PageVisit visit, JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("kind", out var kind) && kind.GetString() == "invitation")
            visit.Hear(message.GetProperty("id").GetString()!);
    }

    /// <summary>Waits for an invitation for some seconds; then yes, no, not now or nothing. What she said is said until it is heard.</summary>
    private async Task AnswerAsync(PageVisit visit, Random random, CancellationToken stop)
    {
        for (var waited = 0; visit.Invitations.Count == 0; waited++)
        {
            if (waited == 50 || stop.IsCancellationRequested) return;
            await Task.Delay(100, CancellationToken.None);
        }
        var invitation = visit.Invitations[0];
        string? answer = random.Next(6) switch { 0 => "ignored", 1 => null, 2 or 3 => "declined", _ => "accepted" };
        var node = random.Next(nodes.Count);
        if (answer is null) return;
        if (!await SayAsync(visit, $"/v1/invitations/{invitation}/shown", null, node)) return;
        if (await SayAsync(visit, $"/v1/invitations/{invitation}/answer", $$"""{"answer":"{{answer}}"}""", node) && answer is not "accepted") visit.Refused();
    }

    private async Task<bool> SayAsync(PageVisit visit, string path, string? body, int node)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var (status, said) = await client.SendAsync(HttpMethod.Post, new Uri(nodes[node++ % nodes.Count], path), visit.Token, body);
            if (status == 200) return true;
            // Lapsed or withdrawn meanwhile; or a store that came back empty does not know it.
            if (status is 404 or 409) return false;
            Assert.True(status is 0 or >= 500, $"{path}: {status}: {said}");
            await Task.Delay(200, CancellationToken.None);
        }
        return false;
    }
}
