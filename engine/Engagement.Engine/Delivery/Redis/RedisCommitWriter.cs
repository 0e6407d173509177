using System.Globalization;
using Engagement.Core;
using Engagement.Core.Contracts;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// Ownership of partitions, and the effects of a batch with its checkpoint. Redis has no transaction over slots, so a commit is three steps, each of
/// which may be repeated: 1. does the epoch still own the partition; 2. effects, one atomic script for each site, and assessments, pipelined;
/// 3. the checkpoint, in a script that looks at the epoch again. Thread-safe.
/// </summary>
internal sealed class RedisCommitWriter(RedisConnection connection, SiteRegister sites, RedisValue timeOffset)
{
    public async ValueTask<PartitionOwnership> TakeAsync(int partition, CancellationToken cancellation)
    {
        var reply = (RedisResult[])(await connection.RunAsync(RedisScript.Take, RedisKeys.OfPartition(partition), [], cancellation))!;
        var checkpoint = (byte[]?)reply[1];
        return new PartitionOwnership((long)reply[0], checkpoint is null ? null : CheckpointCodec.Decode(partition, checkpoint));
    }

    public async ValueTask<CommitOutcome> CommitAsync(PartitionCommit commit, CancellationToken cancellation)
    {
        var (checkpoint, epoch) = (commit.Checkpoint, commit.Checkpoint.Epoch);
        var keys = RedisKeys.OfPartition(checkpoint.Partition);
        var owner = await connection.RunAsync(d => d.StringGetAsync(keys[0]), cancellation);
        if (owner.IsNull) return CommitOutcome.Lost;
        if ((long)owner > epoch) return CommitOutcome.Fenced;

        var writes = new List<Task<bool>>();
        WriteAssessments(commit, writes, cancellation);
        await WriteEffectsAsync(commit, writes, cancellation);
        await WriteTalliesAsync(commit, writes, cancellation);
        var taken = await Task.WhenAll(writes);
        if (taken.Contains(false)) return CommitOutcome.Fenced;

        var written = await connection.RunAsync(
            RedisScript.Checkpoint, keys, [epoch, checkpoint.Position, CheckpointCodec.Encode(checkpoint)], cancellation);
        return (CommitOutcome)(int)written;
    }

    /// <summary>
    /// Sends all and waits for none. Where all keys are on one server, many go in one write; in a Cluster those of one slot. Each write has its task,
    /// so that no error is missed.
    /// </summary>
    private void WriteAssessments(PartitionCommit commit, List<Task<bool>> writes, CancellationToken cancellation)
    {
        if (commit.Assessments.Count + commit.SessionsEnded.Count == 0) return;
        var epoch = commit.Checkpoint.Epoch;
        var slotOf = connection.GetSlots();
        var waiting = new Dictionary<int, AssessmentWrite>();
        foreach (var assessment in commit.Assessments)
            Add(RedisKeys.Assessment(assessment.Site, assessment.Visitor), AssessmentCodec.Encode(assessment, epoch));
        foreach (var (site, visitor, session) in commit.SessionsEnded)
            Add(RedisKeys.Assessment(site, visitor), AssessmentCodec.Ended(session, epoch));
        foreach (var write in waiting.Values) Send(write);

        void Add(RedisKey key, byte[] value)
        {
            var slot = slotOf(key);
            if (!waiting.TryGetValue(slot, out var write)) waiting[slot] = write = new AssessmentWrite([], []);
            write.Keys.Add(key);
            write.Values.Add(value);
            if (write.Keys.Count < Limits.AssessmentsPerWriteMax) return;
            Send(write);
            waiting.Remove(slot);
        }

        void Send(AssessmentWrite write) => writes.Add(SendAsync(write, cancellation));
    }

    /// <summary>False where a later epoch has written one of them.</summary>
    private async Task<bool> SendAsync(AssessmentWrite write, CancellationToken cancellation) =>
        (int)await connection.RunAsync(RedisScript.Assess, [.. write.Keys], [.. write.Values], cancellation) == 0;

    private async ValueTask WriteEffectsAsync(PartitionCommit commit, List<Task<bool>> writes, CancellationToken cancellation)
    {
        if (commit.Offers.Count + commit.Cards.Count + commit.Endings.Count == 0) return;
        var bySite = new Dictionary<string, SiteEffects>(StringComparer.Ordinal);
        foreach (var offer in commit.Offers) Of(offer.Site).Add(offer);
        foreach (var card in commit.Cards) Of(card.Site).Add(card);
        foreach (var ending in commit.Endings) Of(ending.Site).Add(ending);
        foreach (var (site, effects) in bySite)
        {
            await sites.HeardOfAsync(site, cancellation);
            writes.Add(SendAsync(site, effects, cancellation));
        }

        SiteEffects Of(string site)
        {
            if (!bySite.TryGetValue(site, out var effects)) bySite[site] = effects = new SiteEffects(timeOffset, commit.Checkpoint);
            return effects;
        }
    }

    private async ValueTask WriteTalliesAsync(PartitionCommit commit, List<Task<bool>> writes, CancellationToken cancellation)
    {
        foreach (var tallies in commit.Tallies)
        {
            await sites.HeardOfAsync(tallies.Site, cancellation);
            writes.Add(SendAsync(tallies, commit, cancellation));
        }
    }

    /// <summary>
    /// The store says up to where the partition is counted already; only what lies behind is sent then. So each record counts once, however batches are cut
    /// when they are repeated.
    /// </summary>
    private async Task<bool> SendAsync(SiteTally tallies, PartitionCommit commit, CancellationToken cancellation)
    {
        var checkpoint = commit.Checkpoint;
        var from = tallies.Entries.Count == 0 ? checkpoint.Position : tallies.Entries[0].Offset;
        for (var counted = from; counted >= 0; from = counted)
        {
            RedisValue[] arguments =
            [
                timeOffset, checkpoint.Partition.ToString(CultureInfo.InvariantCulture), checkpoint.Epoch, from, checkpoint.Position, commit.LogEnd,
                tallies.ByLogClock ? 1 : 0, string.Join(' ', tallies.Standing), .. PairsOf(tallies, from),
            ];
            counted = (long)await connection.RunAsync(RedisScript.Count, RedisKeys.OfSite(tallies.Site), arguments, cancellation);
        }
        return true;
    }

    private static IEnumerable<RedisValue> PairsOf(SiteTally tallies, long from) => tallies.Entries
        .Where(e => e.Offset >= from).CountBy(e => (e.Hour, e.Tally))
        .SelectMany(c => new RedisValue[] { string.Create(CultureInfo.InvariantCulture, $"{c.Key.Hour}:{(int)c.Key.Tally}"), c.Value });

    /// <summary>A site's effects stand in an order; one write after the other. False where a later epoch has written there.</summary>
    private async Task<bool> SendAsync(string site, SiteEffects effects, CancellationToken cancellation)
    {
        foreach (var arguments in effects.Writes)
            if ((int)await connection.RunAsync(RedisScript.Effects, RedisKeys.OfSite(site), [.. arguments], cancellation) == 0) return false;
        return true;
    }

    private sealed record AssessmentWrite(List<RedisKey> Keys, List<RedisValue> Values);

    /// <summary>One site's effects as the script <c>effects</c> takes them, in writes of bounded size.</summary>
    private sealed class SiteEffects(RedisValue timeOffset, PartitionCheckpoint checkpoint)
    {
        private int _inLast = Limits.SiteEffectsMax;

        public List<List<RedisValue>> Writes { get; } = [];

        public void Add(OfferDelivery offer) => Add(
            "offer", offer.Offer.ToString(), offer.Visitor.ToString(), offer.Agent, offer.ExpiresAt.UnixMs, offer.Invitation.ToArray(),
            offer.ReservedCard.ToArray(), offer.FullCard.ToArray());

        public void Add(CardUpdate card) => Add("card", card.Offer.ToString(), card.FullCard.ToArray());

        public void Add(OfferEnding ending) => Add(
            "ending", ending.Offer.ToString(), (int)ending.Outcome, DeliveryMessages.CardWithdrawn(ending.Site, ending.Offer, ending.Cause),
            DeliveryMessages.InvitationWithdrawn(ending.Offer, ending.Cause));

        private void Add(params ReadOnlySpan<RedisValue> effect)
        {
            if (_inLast == Limits.SiteEffectsMax)
            {
                Writes.Add([timeOffset, checkpoint.Partition.ToString(CultureInfo.InvariantCulture), checkpoint.Epoch]);
                _inLast = 0;
            }
            _inLast++;
            Writes[^1].AddRange(effect);
        }
    }
}
