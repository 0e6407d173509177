using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Features;
using Engagement.Core.Sessions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// Makes one batch's effects durable, in this order: 1. offers into the event log, decisions, outcomes and notices into their topics; 2. effects and checkpoint in one write. A crash before 2 repeats both under the same ids. Owned by one worker.
/// </summary>
internal sealed class BatchWriter(int partition, WorkerParts parts)
{
    private readonly List<LogAppend> _decisions = [];
    private readonly DecisionWriter _decisionWriter = new();
    private readonly ArrayBufferWriter<byte> _decisionBytes = new(64 * 1024);
    private readonly List<LogAppend> _outcomes = [];
    private readonly OutcomeRecordWriter _outcomeWriter = new();
    private readonly ArrayBufferWriter<byte> _outcomeBytes = new(64 * 1024);
    private readonly Dictionary<string, byte[]> _siteKeys = new(StringComparer.Ordinal);
    private readonly SuggestionState _suggestions = new();

    /// <summary>All that is to be written is composed before this first waits.</summary>
    public async ValueTask WriteAsync(
        PartitionCheckpoint checkpoint, long logEnd, EngagementPipeline pipeline, PipelineOutput output, OfferEffects offers, TallyState tallies, bool assess,
        SiteCatalog sites, CancellationToken cancellation)
    {
        ComposeDecisions(output, checkpoint.Epoch, sites);
        ComposeOutcomes(output, sites);
        var commit = Compose(checkpoint, logEnd, pipeline, output, offers, assess, sites);
        tallies.AddTo(commit, pipeline, output, sites);
        var recorded = AppendAsync(Topics.Events, offers.Records, cancellation);
        var decided = AppendAsync(Topics.Decisions, _decisions, cancellation);
        var closed = AppendAsync(Topics.Outcomes, _outcomes, cancellation);
        await recorded;
        // Only of what the log has: an offer's notice never without the offer.
        var notified = AppendAsync(Topics.Notices, ComposeNotices(commit, sites), cancellation);
        await decided;
        await closed;
        await notified;
        await CommitAsync(commit, cancellation);
    }

    /// <summary>
    /// Assessments are derived state: after a rebuild what lives is stored again, behind the same position; and the open offers that a store without
    /// memory is to hold again.
    /// </summary>
    public ValueTask WriteRebuiltAsync(
        PartitionCheckpoint checkpoint, long logEnd, EngagementPipeline pipeline, PipelineOutput output, OfferEffects offers, SiteCatalog sites,
        CancellationToken cancellation)
    {
        _suggestions.Clear();
        var commit = new PartitionCommit { Checkpoint = checkpoint, LogEnd = logEnd };
        TallyState.AddStandingTo(commit, pipeline, sites);
        commit.Offers.AddRange(offers.Deliveries);
        foreach (var session in output.Touched.Where(s => !s.IsEnded)) commit.Assessments.Add(Assess(pipeline, session, sites));
        return CommitAsync(commit, cancellation);
    }

    /// <summary>
    /// Throws <see cref="PartitionFencedException"/> when a later epoch owns the partition, <see cref="PartitionLostException"/> when the store came
    /// back without it.
    /// </summary>
    private async ValueTask CommitAsync(PartitionCommit commit, CancellationToken cancellation)
    {
        var outcome = await parts.Resilience.DeliveryCommit.ExecuteAsync(c => parts.Store.CommitAsync(commit, c), cancellation);
        if (outcome == CommitOutcome.Fenced) throw new PartitionFencedException(partition);
        if (outcome == CommitOutcome.Lost) throw new PartitionLostException(partition);
    }

    /// <summary>Waits until the records are durable, however long it takes: the partition keeps its place.</summary>
    public ValueTask AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
    {
        if (records.Count == 0) return default;
        return parts.Resilience.LogAppend.ExecuteAsync(async c =>
        {
            var result = await parts.Log.AppendAsync(topic, records, c);
            if (!result.IsDurable) throw new LogUnavailableException(topic, result);
        }, cancellation);
    }

    private PartitionCommit Compose(
        PartitionCheckpoint checkpoint, long logEnd, EngagementPipeline pipeline, PipelineOutput output, OfferEffects offers, bool assess, SiteCatalog sites)
    {
        var commit = new PartitionCommit { Checkpoint = checkpoint, LogEnd = logEnd };
        commit.Offers.AddRange(offers.Deliveries);
        if (assess) AddAssessments(commit, pipeline, output, offers, sites);
        foreach (var closed in output.OffersClosed)
            commit.Endings.Add(new OfferEnding(closed.Site, closed.Visitor, closed.Offer, closed.Outcome, closed.Cause));
        foreach (var session in output.SessionsClosed)
        {
            commit.SessionsEnded.Add((session.Site, session.Visitor, session.Session));
            _suggestions.Forget(session.Session);
        }
        return commit;
    }

    private void AddAssessments(
        PartitionCommit commit, EngagementPipeline pipeline, PipelineOutput output, OfferEffects offers, SiteCatalog sites)
    {
        foreach (var session in output.Touched)
        {
            if (session.IsEnded) continue;
            var assessment = Assess(pipeline, session, sites);
            commit.Assessments.Add(assessment);
            if (assessment.Offer is OfferStatus.Open or OfferStatus.Seen) AddCard(commit, assessment, session, offers, sites);
        }
    }

    private Assessment Assess(EngagementPipeline pipeline, SessionState session, SiteCatalog sites)
    {
        var assessment = pipeline.Snapshot(session);
        if (sites.Find(assessment.Site) is not { } site) return assessment;
        var articles = _suggestions.For(assessment, session, site);
        return articles.IsEmpty ? assessment : assessment with { Articles = articles };
    }

    /// <summary>An open offer's full card follows the session, so that acceptance publishes it as the visitor left it.</summary>
    private static void AddCard(
        PartitionCommit commit, Assessment assessment, SessionState session, OfferEffects offers, SiteCatalog sites)
    {
        var offer = new OfferId(assessment.Session, assessment.OffersMade);
        if (sites.Find(assessment.Site) is not { } site || offers.IsNew(offer)) return;
        commit.Cards.Add(new CardUpdate(site.Id, offer, OfferComposer.FullCard(offer, site, assessment, session.ReadEvidence())));
    }

    private void ComposeDecisions(PipelineOutput output, long epoch, SiteCatalog sites)
    {
        _decisions.Clear();
        _decisionBytes.ResetWrittenCount();
        foreach (var decision in output.Decisions)
        {
            if (sites.Find(decision.Site) is not { } site) continue;
            var start = _decisionBytes.WrittenCount;
            var key = RecordKeys.Write(decision.Site, decision.Visitor, _decisionBytes);
            var value = _decisionWriter.Write(decision, site, epoch, _decisionBytes);
            // Where the buffer grows, it leaves behind what these point to; nothing is written over before the append has ended.
            var written = _decisionBytes.WrittenMemory[start..];
            _decisions.Add(new LogAppend(written[..key], written.Slice(key, value), partition));
        }
    }

    private List<LogAppend> ComposeNotices(PartitionCommit commit, SiteCatalog sites)
    {
        var notices = new List<LogAppend>();
        if (commit.Offers.Count + commit.Endings.Count == 0) return notices;
        var now = Instant.FromDateTimeOffset(parts.Time.GetUtcNow());
        foreach (var offer in commit.Offers) notices.AddRange(NoticeComposer.Offered(offer, sites.Find(offer.Site), now));
        foreach (var ending in commit.Endings) notices.AddRange(NoticeComposer.Ended(ending, sites.Find(ending.Site), now));
        return notices;
    }

    private void ComposeOutcomes(PipelineOutput output, SiteCatalog sites)
    {
        _outcomes.Clear();
        _outcomeBytes.ResetWrittenCount();
        foreach (var session in output.SessionsClosed)
        {
            if (session.FeatureStart < 0 || sites.Find(session.Site) is not { } site) continue;
            var row = CollectionsMarshal.AsSpan(output.OutcomeFeatures).Slice(session.FeatureStart, FeatureSchema.Count);
            var drawn = session.DrawnStart < 0 ? default : CollectionsMarshal.AsSpan(output.OutcomeFeatures).Slice(session.DrawnStart, FeatureSchema.Count);
            var start = _outcomeBytes.WrittenCount;
            var value = _outcomeWriter.Write(session, row, drawn, site, _outcomeBytes);
            if (value > 0) _outcomes.Add(new LogAppend(KeyOf(session.Site), _outcomeBytes.WrittenMemory.Slice(start, value), partition));
        }
    }

    private byte[] KeyOf(string site)
    {
        if (!_siteKeys.TryGetValue(site, out var key)) _siteKeys[site] = key = Encoding.UTF8.GetBytes(site);
        return key;
    }
}
