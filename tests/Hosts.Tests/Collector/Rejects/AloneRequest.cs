using System.Text;
using Engagement.Collector;
using Engagement.Collector.Dialects;
using Engagement.Collector.Rejects;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Hosts.Tests.Collector.Rejects;

/// <summary>A request of a dialect, read once as it came and once more, event by event, from what is kept of each.</summary>
public sealed record AloneRequest(string Dialect, string Address, string? Body, string? Kind = null, params string[] Headers)
{
    public static readonly Instant Now = new(1_795_341_040_123);

    public override string ToString() => $"{Dialect} {Address} {Body?.Length}";

    /// <summary>Records as they came, and as they come again.</summary>
    internal IEnumerable<(string? First, string? Again, int Bytes)> Read()
    {
        var dialect = DialectCatalog.All.Single(d => d.Name == Dialect);
        var http = new SentOriginal(Dialect, Kind, Body is null ? "GET" : "POST", Address, 0, PrivacySignals.None, [.. Headers.Select(h => KeyValuePair.Create(h.Split('=')[0], h.Split('=')[1]))], default).ToRequest();
        var body = dialect.Decode(http, Encoding.UTF8.GetBytes(Body ?? ""));
        var request = new DialectRequest(http, Kind, body, Body is null ? default : dialect.Parse(http, body), Now);
        using var events = new CanonicalEvents(dialect.Name, dialect.Fields) { MakeAlone = original => dialect.Alone(request, original) };
        dialect.Read(request, events);
        var mapper = new RejectMapper(DialectCatalog.All);
        for (var i = 0; i < events.Count; i++)
        {
            var kept = events.Alone(i)!.ToBytes()!;
            Assert.True(SentOriginal.TryRead(kept, out _));
            var verdict = mapper.Map(new RejectOriginal(CollectorHost.Shop(), Now, "00ff", kept));
            yield return (First(events, i), verdict.Event is { } e ? Encoding.UTF8.GetString(e.Value.Span) : $"{verdict.Code} {verdict.Field}", kept.Length);
        }
    }

    private static string First(CanonicalEvents events, int index)
    {
        var (intake, batch) = (new EventIntake(null, null), new IntakeBatch());
        intake.Take(events, new IntakeRequest(CollectorHost.Shop(), CollectorHost.Shop().Keys[0], Now, PrivacySignals.None), batch);
        batch.Seal();
        var rejected = batch.Rejected.SingleOrDefault(r => r.Index == index);
        if (rejected is not null) return $"{rejected.Code} {rejected.Field}";
        return Encoding.UTF8.GetString(batch.Events[index - batch.Rejected.Count(r => r.Index < index)].Value.Span);
    }
}
