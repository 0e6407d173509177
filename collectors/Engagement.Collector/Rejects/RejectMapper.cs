using System.Text.Json;
using Engagement.Collector.Dialects;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Microsoft.Extensions.ObjectPool;

namespace Engagement.Collector.Rejects;

/// <summary>
/// Reads a rejected event once more, by the same dialect and the same intake as if it had come now, but as of the moment when it came: it keeps its time of receipt, and
/// with it its visitor's key of that day. Nothing is counted, no budget is asked, nothing is appended. Thread-safe.
/// </summary>
internal sealed class RejectMapper(IReadOnlyList<Dialect> dialects)
{
    /// <summary>Whoever sends again is the site itself, of many visitors.</summary>
    private static readonly SiteKey s_key = new(KeyRole.Write, [], IsDemo: false) { Sender = KeySender.Server };

    private readonly ObjectPool<EventIntake> _intakes = new DefaultObjectPool<EventIntake>(new IntakePolicy());

    public RejectVerdict Map(RejectOriginal original)
    {
        if (!SentOriginal.TryRead(original.Bytes, out var sent)) return Malformed(null);
        var (intake, batch) = (_intakes.Get(), new IntakeBatch());
        try
        {
            var fault = sent.Dialect is null ? Take(sent, original, intake, batch) : TakeDialects(sent, original, intake, batch);
            return fault ?? VerdictOf(batch);
        }
        finally
        {
            _intakes.Return(intake);
            batch.Clear();
        }
    }

    private static RejectVerdict? Take(SentOriginal sent, RejectOriginal original, EventIntake intake, IntakeBatch batch)
    {
        intake.Ranges.Add(0..sent.Body.Length);
        intake.Take(sent.Body.Span, RequestOf(sent, original), batch);
        return null;
    }

    private RejectVerdict? TakeDialects(SentOriginal sent, RejectOriginal original, EventIntake intake, IntakeBatch batch)
    {
        if (dialects.FirstOrDefault(d => d.Name == sent.Dialect) is not { } dialect) return Malformed("dialect");
        var http = sent.ToRequest();
        using var events = new CanonicalEvents(dialect.Name, dialect.Fields) { IdWhereNone = "resent-" + original.Id };
        try
        {
            dialect.Read(new DialectRequest(http, sent.Kind, sent.Body, dialect.Parse(http, sent.Body), original.ReceivedAt) { FirstIndex = sent.Index }, events);
        }
        catch (JsonException)
        {
            return Malformed(null);
        }
        if (events.Count != 1) return Malformed(null);
        intake.Take(events, RequestOf(sent, original), batch);
        return null;
    }

    private static IntakeRequest RequestOf(SentOriginal sent, RejectOriginal original) => new(original.Site, s_key, original.ReceivedAt, sent.Signals);

    private static RejectVerdict VerdictOf(IntakeBatch batch)
    {
        batch.Seal();
        if (batch.Events is [var e]) return new RejectVerdict(new LogAppend(e.Key.ToArray(), e.Value.ToArray()), null, null, IsRefused: false);
        return batch.Rejected is [var rejected]
            ? new RejectVerdict(null, rejected.Code, rejected.Field, IsRefused: false)
            : new RejectVerdict(null, batch.RefusedFor ?? DoorPolicy.SiteOff, null, IsRefused: true);
    }

    private static RejectVerdict Malformed(string? field) => new(null, RejectTexts.CodeOf(EventReadError.MalformedJson), field, IsRefused: false);

    private sealed class IntakePolicy : PooledObjectPolicy<EventIntake>
    {
        public override EventIntake Create() => new(null, null);

        public override bool Return(EventIntake obj)
        {
            obj.Ranges.Clear();
            return true;
        }
    }
}
