using System.Globalization;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Server.Replay;

/// <summary>
/// Sends a recording through the collector, strictly in order, and waits until all of it is decided: agents present → events → one last tick →
/// caught up → counts from the log.
/// </summary>
public sealed class ReplayService(ReplayClient client, ReplayOptions options, TimeProvider time)
{
    /// <summary>How often agents renew their presence: well under <see cref="Limits.AgentPresenceTtl"/>.</summary>
    private static readonly TimeSpan PresenceEvery = TimeSpan.FromSeconds(5);

    private readonly List<double> _requestMs = [];
    private int _sent;
    private int _accepted;
    private int _rejected;

    /// <summary>Throws <see cref="ReplayException"/> when the server refuses for good or is gone for too long.</summary>
    /// <param name="progress">Told how many events of the recording are behind us.</param>
    public async Task<ReplayReport> RunAsync(Recording recording, Action<int> progress, CancellationToken cancellation)
    {
        await client.BePresentAsync(cancellation);
        using var present = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var presence = StayPresentAsync(present.Token);
        var cards = new HashSet<string>(StringComparer.Ordinal);
        var following = client.FollowCardsAsync(cards, present.Token);
        var began = time.GetTimestamp();
        try
        {
            await SendAsync(recording.Events, progress, cancellation);
            if (recording.Events.Count > 0) await client.TickAsync(EndOf(recording), cancellation);
            await CaughtUpAsync(cancellation);
        }
        finally
        {
            await present.CancelAsync();
            await Task.WhenAll(presence, following);
        }
        var elapsed = time.GetElapsedTime(began);
        var stats = await client.StatsAsync(cancellation);
        var tally = new ReplayTally(_sent, _accepted, _rejected, recording.Unreadable, elapsed, _requestMs);
        return new ReplayReportComposer().Compose(
            await client.ReadAsync(Topics.Events, cancellation), await client.ReadAsync(Topics.Decisions, cancellation), await client.ReadAsync(Topics.Outcomes, cancellation),
            tally, RecordsOf(stats), cards.Count);
    }

    /// <summary>By then every timer of every session has fired.</summary>
    private static Instant EndOf(Recording recording) =>
        recording.Events.Max(e => e.ReceivedAt) + Limits.SessionDurationMax + Limits.SessionGap;

    private async Task SendAsync(IReadOnlyList<RecordedEvent> events, Action<int> progress, CancellationToken cancellation)
    {
        var next = ReadPlace(events.Count);
        progress(next);
        var began = time.GetTimestamp();
        var start = next < events.Count ? events[next].ReceivedAt : default;
        while (next < events.Count)
        {
            var batch = events.Skip(next).Take(options.Batch).ToList();
            if (options.Speed is { } speed)
            {
                var due = (batch[0].ReceivedAt - start) / speed - time.GetElapsedTime(began);
                if (due > TimeSpan.Zero) await Task.Delay(due, time, cancellation);
            }
            var answer = await client.SendAsync(batch, cancellation);
            next += batch.Count;
            _sent += batch.Count;
            _accepted += answer.Accepted;
            _rejected += answer.Rejected;
            _requestMs.Add(answer.Elapsed.TotalMilliseconds);
            WritePlace(next);
            progress(next);
        }
    }

    private async Task CaughtUpAsync(CancellationToken cancellation)
    {
        while (!(await client.StatsAsync(cancellation)).All(node => node.GetProperty("caughtUp").GetBoolean()))
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
    }

    private async Task StayPresentAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(PresenceEvery, time, cancellation);
                await client.BePresentAsync(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The replay is over.
        }
    }

    private int ReadPlace(int count) =>
        options.ResumeFile is { } file && File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? Math.Min(place, count) : 0;

    private void WritePlace(int next)
    {
        if (options.ResumeFile is not { } file) return;
        // Whole or not at all: a place cut short would send from the wrong one.
        File.WriteAllText(file + ".new", next.ToString(CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }

    private static Dictionary<string, long> RecordsOf(IReadOnlyList<JsonElement> stats) => stats
        .SelectMany(node => node.TryGetProperty("records", out var records) ? records.EnumerateObject().ToArray() : [])
        .GroupBy(r => r.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(r => r.Value.GetInt64()), StringComparer.Ordinal);
}
