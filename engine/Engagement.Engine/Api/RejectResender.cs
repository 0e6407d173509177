using System.Globalization;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Engine.Api;

/// <summary>
/// Sends rejects again, oldest first: read → open → map anew → take → append → mark. What an erased visitor left is opened by nobody; what is taken is appended as of the time
/// when it came, so that it changes no visit that is over; whoever has taken one has it alone, and the event's id is the same each time. Thread-safe.
/// </summary>
internal sealed class RejectResender(ApiParts parts, IServiceProvider services)
{
    /// <summary>Null on a host that knows no mapping.</summary>
    private readonly RejectMapping? _mapping = services.GetService<RejectMapping>();

    public bool CanMap => _mapping is not null;

    /// <summary>Throws what the log and the store throw: what was not marked by then can be sent again after <see cref="Limits.ResendHoldMax"/>.</summary>
    /// <param name="site">Whose.</param>
    /// <param name="filter">Which.</param>
    /// <param name="after">Where to go on; null: at the log's beginning.</param>
    /// <param name="limit">Rejects with an original, at most.</param>
    /// <param name="dryRun">Nothing is taken, appended or marked.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<ResendAnswer> ResendAsync(SiteModel site, RejectFilter filter, long? after, int limit, bool dryRun, CancellationToken cancellation)
    {
        var erasures = await ErasureIndex.LoadAsync(parts.Log, cancellation);
        var (rejects, next) = await ReadAsync(site, reject => filter.Holds(reject) && !erasures.Hides(reject), after, limit, cancellation);
        var opened = await RejectOriginals.OpenAsync(parts, site.Id, rejects, cancellation);
        var tally = new ResendTally { Matched = rejects.Count };
        var wanted = new List<(RejectAt Reject, LogAppend Event)>();
        for (var i = 0; i < rejects.Count; i++)
        {
            if (opened[i].Bytes is not { } bytes) tally.NotResendable(opened[i].Why!);
            else if (opened[i].ResentAt is not null) tally.AlreadyResent++;
            else if (tally.Take(_mapping!(new RejectOriginal(site, rejects[i].ReceivedAt, rejects[i].Id!, bytes))) is { } e) wanted.Add((RejectOriginals.At(rejects[i]), e));
        }
        if (dryRun) tally.Taken = wanted.Count;
        else await SendAsync(site.Id, wanted, tally, cancellation);
        return tally.ToAnswer(dryRun, next?.ToString(CultureInfo.InvariantCulture));
    }

    private async ValueTask SendAsync(string site, List<(RejectAt Reject, LogAppend Event)> wanted, ResendTally tally, CancellationToken cancellation)
    {
        if (wanted.Count == 0) return;
        var outcomes = await parts.ActAsync(c => parts.Store.TakeRejectsAsync(site, [.. wanted.Select(w => w.Reject)], c), cancellation);
        var ours = wanted.Where((_, i) => tally.Count(outcomes[i])).ToList();
        if (ours.Count == 0) return;
        await parts.Records.AppendAsync([.. ours.Select(w => w.Event)], cancellation);
        await parts.ActAsync(
            async c =>
            {
                await parts.Store.SetResentAsync(site, [.. ours.Select(w => w.Reject)], c);
                return true;
            },
            CancellationToken.None); // they are in the log, whoever still waits for the answer
    }

    /// <summary>Those that are sought, oldest first, and where the next page begins; null at the log's end.</summary>
    private async ValueTask<(List<RejectRecord> Rejects, long? Next)> ReadAsync(
        SiteModel site, Func<RejectRecord, bool> isSought, long? after, int limit, CancellationToken cancellation)
    {
        var key = Encoding.UTF8.GetBytes(site.Id);
        var partition = Murmur2.PartitionOf(key, parts.Log.PartitionCount);
        var (first, end) = await parts.Log.GetBoundsAsync(Topics.Rejects, partition, cancellation);
        var rejects = new List<RejectRecord>();
        var seen = new HashSet<RejectAt>();
        var (offset, kept, lookedAt) = (Math.Max(first, after ?? first), 0, 0);
        while (offset < end && lookedAt < LogPageReader.LookedAtMax)
        {
            using var batch = await parts.Log.ReadAsync(Topics.Rejects, partition, offset, Limits.ResendMax, cancellation);
            if (batch.Count == 0) return (rejects, null);
            for (var i = 0; i < batch.Count; i++, lookedAt++)
            {
                var record = batch[i];
                if (!record.Key.Span.SequenceEqual(key) || RejectRecord.Read(record.Value, withOriginal: false) is not { } reject || !isSought(reject)) continue;
                // A collector whose log answered too late has given it to the log twice.
                if (reject.HasOriginal && !seen.Add(RejectOriginals.At(reject))) continue;
                rejects.Add(reject.HasOriginal ? RejectRecord.Read(record.Value, withOriginal: true)! : reject);
                if (reject.HasOriginal && ++kept == limit) return (rejects, record.Offset + 1 < end ? record.Offset + 1 : null);
            }
            offset = batch.NextOffset;
        }
        return (rejects, offset < end ? offset : null);
    }
}
