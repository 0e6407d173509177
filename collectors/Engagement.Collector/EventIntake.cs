using System.Text;
using Engagement.Collector.Bots;
using Engagement.Collector.Budgets;
using Engagement.Collector.Dialects;
using Engagement.Collector.Rejects;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Collector;

/// <summary>What is known of a request beside its body.</summary>
/// <param name="Signals">What the browser's headers say; none for a server.</param>
/// <param name="IsBot">Whether the visitor's own user agent is a known bot's.</param>
internal readonly record struct IntakeRequest(SiteModel Site, SiteKey Key, Instant Now, PrivacySignals Signals, bool IsBot = false);

/// <summary>
/// Takes the events of one body in: read → door → visitor's key → canonical record. Holds the scratch of that; not thread-safe, pooled, and never
/// held across an await.
/// </summary>
/// <param name="metrics">Null: nothing is counted.</param>
/// <param name="visitors">Null: nobody has a budget or a pace.</param>
internal sealed class EventIntake(CollectorMetrics? metrics, VisitorPolicy? visitors)
{
    private readonly VisitorEventReader _reader = new();
    private readonly CanonicalEventWriter _writer = new();
    private readonly RejectWriter _rejects = new();
    private readonly byte[] _siteUtf8 = new byte[Limits.SiteIdBytesMax];
    private readonly byte[] _lastVisitor = new byte[Limits.VisitorIdBytesMax];
    private int _lastVisitorLength;
    private VisitorKey _lastKey;
    private Instant _lastKeyUntil;
    private int _siteLength;

    /// <summary>Where the events stand, as split; the intake's own, for its caller to fill.</summary>
    public List<Range> Ranges { get; } = [];

    public void Take(ReadOnlySpan<byte> body, in IntakeRequest request, IntakeBatch batch)
    {
        if (!TryBegin(request, Ranges.Count, batch)) return;
        for (var i = 0; i < Ranges.Count; i++)
        {
            var json = body[Ranges[i]];
            TakeOne(json, new SentEvent(json), EventReadResult.Ok, i, request, batch);
        }
    }

    /// <summary>As the other, of events that a dialect made; what is rejected is kept as it was sent, and its field named as the sender names it.</summary>
    public void Take(CanonicalEvents events, in IntakeRequest request, IntakeBatch batch)
    {
        if (!TryBegin(request, events.Count, batch)) return;
        for (var i = 0; i < events.Count; i++) TakeOne(events.Json(i), new SentEvent(default, events, i), events.Fault(i), i, request, batch);
    }

    /// <summary>Keeps a body in which no events can be told apart.</summary>
    public void Reject(ReadOnlySpan<byte> body, in IntakeRequest request, IntakeBatch batch)
    {
        Begin(request);
        Reject(new SentEvent(body), new EventReadResult(EventReadError.MalformedJson, null, 0), default, 0, request, batch);
    }

    /// <summary>False, and all refused, where the site is off or the sender is a known bot.</summary>
    private bool TryBegin(in IntakeRequest request, int events, IntakeBatch batch)
    {
        Begin(request);
        if (request.Site.Mode != SiteMode.Off && !request.IsBot) return true;
        batch.Refused = events;
        metrics?.Refused(request.Site.Id, request.IsBot ? DoorPolicy.KnownBot : DoorPolicy.SiteOff, events);
        return false;
    }

    private void Begin(in IntakeRequest request)
    {
        _siteLength = Encoding.UTF8.GetBytes(request.Site.Id, _siteUtf8);
        _lastVisitorLength = -1;
    }

    private void TakeOne(ReadOnlySpan<byte> json, in SentEvent sent, EventReadResult fault, int index, in IntakeRequest request, IntakeBatch batch)
    {
        var result = _reader.ReadClient(json, out var e);
        if (!fault.IsOk) result = fault;
        if (result.IsOk) result = CheckRequest(e, request);
        e.Privacy |= request.Signals;
        if (!result.IsOk)
        {
            Reject(sent, result, e, index, request, batch);
            return;
        }
        if (DoorPolicy.CauseOf(request.Site, e) is { } cause)
        {
            Refuse(cause, request, batch);
            return;
        }

        var receivedAt = request.Key.Role == KeyRole.Replay ? e.ReceivedAt : request.Now;
        var isSame = IsLastVisitor(e.Visitor, receivedAt);
        if (!isSame) Remember(request.Site, e.Visitor, receivedAt);
        if (!IsLetIn(ref e, request, batch))
        {
            _lastVisitorLength = isSame ? _lastVisitorLength : -1; // its key is not in the batch
            return;
        }
        var site = _siteUtf8.AsSpan(0, _siteLength);
        if (_writer.TryWrite(json, e, new RecordStamp(site, _lastKey, receivedAt, e.Privacy, request.Site.Door), out var record))
        {
            metrics?.PropertiesDropped(request.Site.Id, _writer.Dropped);
            batch.AddEvent(site, _lastKey, isSame, record);
        }
        else
        {
            _lastVisitorLength = isSame ? _lastVisitorLength : -1; // its key is not in the batch
            Reject(sent, new EventReadResult(EventReadError.EventTooLarge, null, 0), e, index, request, batch);
        }
    }

    private void Refuse(string cause, in IntakeRequest request, IntakeBatch batch)
    {
        batch.Refused++;
        batch.RefusedFor = cause;
        metrics?.Refused(request.Site.Id, cause, 1);
    }

    /// <summary>By the visitor's budget and pace; the event that shows that she is none is let in with the mark.</summary>
    private bool IsLetIn(ref VisitorEvent e, in IntakeRequest request, IntakeBatch batch)
    {
        if (visitors is null) return true;
        if (!visitors.TryTake(request.Key, _lastKey, request.Now, out var retryAfter))
        {
            batch.Defer(retryAfter);
            return false;
        }
        switch (visitors.PaceOf(request.Key, _lastKey, e, request.Now))
        {
            case Pace.NotHuman:
                Refuse(DoorPolicy.NotHuman, request, batch);
                return false;
            case Pace.TurnsOut:
                e.Privacy |= PrivacySignals.NotHuman;
                return true;
            default:
                return true;
        }
    }

    private EventReadResult CheckRequest(in VisitorEvent e, in IntakeRequest request)
    {
        if (!e.Site.IsEmpty && !e.Site.SequenceEqual(_siteUtf8.AsSpan(0, _siteLength)))
        {
            return new EventReadResult(EventReadError.InvalidField, "site", 0);
        }
        return request.Key.Role == KeyRole.Replay && e.ReceivedAt == Instant.Start
            ? new EventReadResult(EventReadError.MissingField, "receivedAt", 0)
            : EventReadResult.Ok;
    }

    /// <summary>Events of one request are mostly one visitor's; a key costs more than all the rest of reading an event.</summary>
    private bool IsLastVisitor(ReadOnlySpan<byte> visitor, Instant at) =>
        _lastVisitorLength == visitor.Length && at < _lastKeyUntil && visitor.SequenceEqual(_lastVisitor.AsSpan(0, _lastVisitorLength));

    private void Remember(SiteModel site, ReadOnlySpan<byte> visitor, Instant at)
    {
        _lastKey = VisitorIdentity.KeyOf(site, visitor, at);
        // In replay time may go backwards over a day's begin; a key is then worth remembering for its own moment only.
        _lastKeyUntil = site.Clock == SiteClock.Log ? at : VisitorIdentity.KeyChangesAt(site, at);
        visitor.CopyTo(_lastVisitor);
        _lastVisitorLength = visitor.Length;
    }

    private void Reject(
        in SentEvent sent, EventReadResult result, in VisitorEvent e, int index, in IntakeRequest request, IntakeBatch batch)
    {
        var field = sent.NameOf(result.Field);
        var code = RejectTexts.CodeOf(result.Error);
        metrics?.Rejected(request.Site.Id, code);
        batch.Rejected.Add(new RejectedEvent(index, code, field, RejectTexts.DetailOf(result.Error, field)));
        if (request.Site.Mode == SiteMode.Off) return;
        var head = new RejectHead(request.Site.Id, request.Now, index, code, field, sent.Dialect);
        var mayKeep = DoorPolicy.MayKeepReject(request.Site, e);
        var visitor = mayKeep ? OriginalPolicy.VisitorOf(request.Site, e.Visitor, sent.Json, request.Now) : null;
        var cause = OriginalPolicy.CauseOf(request.Site, request.Key, e.Privacy, mayKeep, visitor);
        var original = cause is null ? sent.ToOriginal(request.Signals) : null;
        if (cause is null && original is null) cause = RejectCauses.TooLarge;
        if (original is not null && batch.OriginalBytes + original.Length > Limits.RejectOriginalsBytesMax) cause = RejectCauses.TooMany;
        var record = batch.AddReject(_siteUtf8.AsSpan(0, _siteLength), _rejects.Write(head, visitor, cause, mayKeep ? sent.Bytes : default));
        if (cause is null) batch.AddOriginal(record, visitor!.Value, original!);
    }

    /// <summary>An event as it was sent, and how its sender names things where that is a dialect.</summary>
    private readonly ref struct SentEvent(ReadOnlySpan<byte> bytes, CanonicalEvents? events = null, int index = 0)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public ReadOnlySpan<byte> Bytes => events is null ? _bytes : events.Original(index);

        /// <summary>In our own form.</summary>
        public ReadOnlySpan<byte> Json => events is null ? _bytes : events.Json(index);
        public string? Dialect => events?.Dialect;

        /// <summary>To be read again; null where it is too long for that.</summary>
        public byte[]? ToOriginal(PrivacySignals signals)
        {
            var alone = events is not null ? events.Alone(index) : _bytes.Length <= Limits.RejectOriginalBytesMax ? SentOriginal.OfOwnForm(_bytes, signals) : null;
            return alone is null ? null : (alone with { Signals = signals }).ToBytes();
        }

        public string? NameOf(string? field) => field is not null && events?.Fields.TryGetValue(field, out var name) == true ? name : field;
    }
}
