using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// Writes what became of offers into the event log, before anyone hears of it, and where a desk or a webhook listens into the notices, before it is
/// acknowledged. Ids derive from the offer, so that writing again is recognised.
/// Throws <see cref="LogUnavailableException"/> when the log cannot take it: the caller's client repeats. Thread-safe.
/// </summary>
public sealed class OutcomeWriter(
    IEventLog log, SiteCatalogSource sites, Resilience resilience, EngineState state, EngineMetrics metrics, TimeProvider time)
{
    private readonly ConcurrentQueue<OfferEnding> _unrecorded = new();

    /// <summary>Ended offers that wait for the log.</summary>
    public int Unrecorded => _unrecorded.Count;

    public async ValueTask AnsweredAsync(string site, VisitorKey visitor, OfferId offer, InvitationAnswer answer, CancellationToken cancellation)
    {
        var now = Now;
        await AppendAsync([new(RecordKeys.Of(site, visitor), EngineEventWriter.Answered(site, visitor, offer, answer, now))], cancellation);
        await NotifyAsync(NoticeComposer.Answered(sites.Current.Find(site), visitor, offer, answer, now), cancellation);
        Count(site, offer, answer switch
        {
            InvitationAnswer.Shown => OfferStatus.Seen,
            InvitationAnswer.Accepted => OfferStatus.Accepted,
            InvitationAnswer.Declined => OfferStatus.Declined,
            _ => OfferStatus.Ignored,
        });
    }

    /// <summary>
    /// Offers that ended without an answer. The store tells them once: what the log does not take now is kept, and written with the next call. Every
    /// sweep makes one.
    /// </summary>
    public async ValueTask EndedAsync(IReadOnlyList<OfferEnding> endings, CancellationToken cancellation)
    {
        foreach (var ending in endings) _unrecorded.Enqueue(ending);
        if (_unrecorded.IsEmpty) return;
        var now = Now;
        var taken = new List<OfferEnding>();
        while (_unrecorded.TryDequeue(out var ending)) taken.Add(ending);
        try
        {
            await AppendAsync([.. taken.Select(e => new LogAppend(RecordKeys.Of(e.Site, e.Visitor), EngineEventWriter.Ended(e, now)))], cancellation);
            var catalog = sites.Current;
            await NotifyAsync(taken.SelectMany(e => NoticeComposer.Ended(e, catalog.Find(e.Site), now)), cancellation);
        }
        catch
        {
            foreach (var ending in taken) _unrecorded.Enqueue(ending);
            throw;
        }
        foreach (var ending in taken) Count(ending.Site, ending.Offer, ending.Outcome);
    }

    /// <param name="agent">Who claimed: for who is told of it; the event log does not say.</param>
    public async ValueTask ClaimedAsync(string site, VisitorKey visitor, OfferId offer, string agent, CancellationToken cancellation)
    {
        var now = Now;
        await AppendAsync([new(RecordKeys.Of(site, visitor), EngineEventWriter.ChatClaimed(site, visitor, offer, now))], cancellation);
        await NotifyAsync(NoticeComposer.ChatClaimed(sites.Current.Find(site), visitor, offer, agent, now), cancellation);
        Count(site, offer, OfferStatus.Claimed);
    }

    public async ValueTask ChatEndedAsync(string site, VisitorKey visitor, OfferId offer, CancellationToken cancellation)
    {
        var now = Now;
        await AppendAsync([new(RecordKeys.Of(site, visitor), EngineEventWriter.ChatEnded(site, visitor, offer, now))], cancellation);
        await NotifyAsync(NoticeComposer.ChatEnded(sites.Current.Find(site), visitor, offer, now), cancellation);
        Count(site, offer, OfferStatus.Ended);
    }

    /// <summary>The visitor asked for a person herself, and an invitation may have given way: she is in a conversation to be claimed. No invitation is counted.</summary>
    public async ValueTask AskedAsync(string site, VisitorKey visitor, OfferId offer, OfferEnding? withdrawn, CancellationToken cancellation)
    {
        if (withdrawn is not null) await EndedAsync([withdrawn], cancellation);
        var now = Now;
        await AppendAsync([new(RecordKeys.Of(site, visitor), EngineEventWriter.Answered(site, visitor, offer, InvitationAnswer.Accepted, now))], cancellation);
        await NotifyAsync(NoticeComposer.Asked(sites.Current.Find(site), visitor, offer, now), cancellation);
    }

    /// <summary>What came of a conversation, for training: de-linked, without a word of either.</summary>
    /// <param name="visitor">With <paramref name="agent"/>: for who is told of it; the record names neither.</param>
    public async ValueTask WrappedUpAsync(SiteModel site, VisitorKey visitor, OfferId offer, string agent, WrapUpCode outcome, CancellationToken cancellation)
    {
        var now = Now;
        var record = WrapUpRecord.From(site, offer, outcome, now);
        await AppendAsync(Topics.Outcomes, [new LogAppend(System.Text.Encoding.UTF8.GetBytes(site.Id), record.ToJson())], cancellation);
        await NotifyAsync(NoticeComposer.WrappedUp(site, visitor, offer, agent, CodeNames.Of(outcome), now), cancellation);
    }

    /// <summary>Appends to the event log and waits until it is durable.</summary>
    public ValueTask AppendAsync(IReadOnlyList<LogAppend> records, CancellationToken cancellation) => AppendAsync(Topics.Events, records, cancellation);

    public ValueTask AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation) =>
        resilience.AnswerAppend.ExecuteAsync(async c =>
        {
            var result = await log.AppendAsync(topic, records, c).AsTask().WaitAsync(c);
            if (!result.IsDurable) throw new LogUnavailableException(topic, result);
        }, cancellation);

    private async ValueTask NotifyAsync(IEnumerable<LogAppend> notices, CancellationToken cancellation)
    {
        LogAppend[] records = [.. notices];
        if (records.Length > 0) await AppendAsync(Topics.Notices, records, cancellation);
    }

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    private void Count(string site, OfferId offer, OfferStatus status)
    {
        state.Of(site).CountOffer(offer, status);
        metrics.Offer(site, status);
    }
}

/// <summary>The log did not take the records.</summary>
public sealed class LogUnavailableException(string topic, AppendResult result) : Exception($"{topic}: append was {result.Outcome}")
{
    public AppendResult Result { get; } = result;
}
