using System.Collections.Concurrent;
using System.Text;
using Integration.Tests.Kill;

namespace Integration.Tests.Chaos;

/// <summary>
/// A steady load of scripted visits: each body is sent again and again until it is taken, as a tracker does, so a visitor's events arrive in her order.
/// </summary>
internal sealed class EventSenders(ClusterClient client, Uri collector, int seed)
{
    private const int Senders = 3;
    private const int EventsPerBody = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Ids that were answered 202, whoever sent them.</summary>
    public ConcurrentBag<string> Acknowledged { get; } = [];

    /// <summary>Ids that were sent at all.</summary>
    public ConcurrentBag<string> Sent { get; } = [];

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, Senders).Select(i => SendAsync(new VisitScripts(seed + i, $"sender{i}-"), stop)));

    /// <summary>Until it is taken; what was refused for good fails the test.</summary>
    public async Task SendAsync(IReadOnlyCollection<string> ids, string body)
    {
        foreach (var id in ids) Sent.Add(id);
        while (true)
        {
            var (status, answer) = await client.SendAsync(HttpMethod.Post, new Uri(collector, "/v1/events"), ChaosSite.WriteKey, body, "application/x-ndjson");
            if (status == 202)
            {
                Assert.Equal(ids.Count, answer.GetProperty("accepted").GetInt32());
                foreach (var id in ids) Acknowledged.Add(id);
                return;
            }
            Assert.True(status is 0 or 503, $"{status}: {answer}");
            await Task.Delay(50);
        }
    }

    private async Task SendAsync(VisitScripts script, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var from = script.Ids.Count;
            var body = Encoding.UTF8.GetString(script.Next(EventsPerBody));
            await SendAsync([.. script.Ids.Skip(from)], body);
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
