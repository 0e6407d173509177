using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// The delivery store in Redis, shared by all nodes: a single server, one with replicas, or a Cluster. Every change is one atomic script in the hash
/// slot of its site; every key expires. Thread-safe. An outage is an <see cref="IOException"/>, within the option's time or the caller's.
/// </summary>
/// <remarks>
/// <para>Commits are exactly-once in effect, though Redis has no transaction over slots, because the event log is the truth and everything is repeated
/// under the same ids. A commit 1. looks at the partition's epoch and writes nothing where a later one owns it; 2. writes its effects, each of which
/// is idempotent by offer or by session and step, and refused where a later epoch has written the same; 3. writes the checkpoint, looking at the epoch
/// again. A crash between 2 and 3 leaves effects whose records are read again: the offer is found as it is and neither stored nor said twice. An owner
/// that is overtaken between 1 and 3 can only have written effects that the log names, which its successor would write too.</para>
/// <para>Redis replicates behind its answers. A fail-over may lose the last milliseconds: a checkpoint is then an earlier one and its records are read
/// again; an epoch is set right by its owner's next commit; a delivery whose lease was lost takes a slot anew or is not made, so that no slot is given
/// twice; an assessment comes with the session's next step; presence with the next heartbeat. Only an offer that was delivered and lost within those
/// milliseconds is gone from the store while it stands on a page: whoever accepts it is told that it is no longer open. With
/// <c>min-replicas-to-write 1</c> a master that is cut off stops taking writes. A server that comes back empty is told by <see cref="CommitOutcome.Lost"/>.
/// </para>
/// </remarks>
public sealed partial class RedisDeliveryStore : IDeliveryStore
{
    private readonly RedisConnection _commands;
    private readonly RedisConnection _listening;
    private readonly RedisSubscriptions _subscriptions;
    private readonly SiteRegister _sites;
    private readonly AssessmentCache _read;
    private readonly TimeProvider _time;
    private readonly RedisValue _node = Guid.CreateVersion7().ToString("N");

    private RedisDeliveryStore(RedisConnection commands, RedisConnection listening, ILoggerFactory loggers, TimeProvider time)
    {
        (_commands, _listening, _time) = (commands, listening, time);
        _subscriptions = new RedisSubscriptions(listening, time, loggers.CreateLogger<RedisDeliveryStore>());
        _sites = new SiteRegister(commands, time);
        _read = new AssessmentCache(time);
        commands.Restored += _sites.ForgetNames;
    }

    /// <summary>Added to the server's time: lets tests pass it. Zero otherwise.</summary>
    internal TimeSpan TimeOffset { get; set; }

    private RedisValue Offset => (long)TimeOffset.TotalMilliseconds;

    /// <summary>
    /// Connects; returns without a connection where Redis is away, and goes on trying. Throws <see cref="ArgumentException"/> with every error of the
    /// options, and <see cref="UnauthorizedAccessException"/> where Redis is there and refuses user or password.
    /// </summary>
    public static async ValueTask<RedisDeliveryStore> OpenAsync(
        RedisOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation)
    {
        if (options.Validate() is { Count: > 0 } errors) throw new ArgumentException($"Redis options: {string.Join("; ", errors)}", nameof(options));
        var logger = loggers.CreateLogger<RedisDeliveryStore>();
        var commands = await RedisConnection.OpenAsync(options, inOrder: false, time, logger, cancellation);
        try
        {
            await commands.ThrowIfRefusedAsync(cancellation);
            return new RedisDeliveryStore(commands, await RedisConnection.OpenAsync(options, inOrder: true, time, logger, cancellation), loggers, time);
        }
        catch
        {
            await commands.DisposeAsync();
            throw;
        }
    }

    public ValueTask<PartitionOwnership> TakePartitionAsync(int partition, CancellationToken cancellation) => Commits.TakeAsync(partition, cancellation);

    public ValueTask<CommitOutcome> CommitAsync(PartitionCommit commit, CancellationToken cancellation) => Commits.CommitAsync(commit, cancellation);

    public async ValueTask<ReserveResult> ReserveAsync(ReserveRequest request, CancellationToken cancellation)
    {
        await _sites.HeardOfAsync(request.Site, cancellation);
        var session = request.Offer.Session;
        return OfferReplies.ToReserveResult(await RunAsync(
            RedisScript.Reserve, request.Site, cancellation, request.Offer.ToString(), session.ToString()[2..], request.Offer.Ordinal,
            request.Visitor.ToString(), (long)request.Lease.TotalMilliseconds, request.OffersPerHourMax, request.HeldOut, request.ObserveOnly,
            LogTime(request.LogTime), request.Language ?? "", request.Skill ?? ""));
    }

    public async ValueTask<AnswerOutcome> AnswerAsync(AnswerRequest request, CancellationToken cancellation)
    {
        var cause = request.Answer == InvitationAnswer.Declined ? DeliveryMessages.Declined : DeliveryMessages.Ignored;
        return (AnswerOutcome)(int)await RunAsync(
            RedisScript.Answer, request.Site, cancellation, request.Offer.ToString(), request.Visitor.ToString(), (int)request.Answer,
            request.FullCard.ToArray(), LogTime(request.LogTime), RedisMessages.CardWithdrawn(request.Site, cause), RedisMessages.InvitationWithdrawn(cause));
    }

    public async ValueTask<ClaimResult> ClaimAsync(string site, OfferId offer, string agent, CancellationToken cancellation) =>
        OfferReplies.ToClaimResult(await RunAsync(
            RedisScript.Claim, site, cancellation, offer.ToString(), agent, DeliveryMessages.CardClaimed(site, offer, agent),
            DeliveryMessages.InvitationClaimed(offer), ConversationEntryWriter.Claimed(NodeNow)));

    public ValueTask<bool> EndConversationAsync(string site, OfferId offer, string agent, CancellationToken cancellation) =>
        CloseConversationAsync(site, offer, Participant.Of(agent), NodeNow, cancellation);

    public async ValueTask<PresenceResult> SetPresenceAsync(PresenceRequest request, CancellationToken cancellation)
    {
        await _sites.HeardOfAsync(request.Site, cancellation);
        return AgentReplies.ToPresenceResult(request.Site, await RunAsync(
            RedisScript.Presence, request.Site, cancellation, request.Agent, (int)request.Status, request.Capacity,
            RedisMessages.CardWithdrawn(request.Site, DeliveryMessages.AgentLeft), RedisMessages.InvitationWithdrawn(DeliveryMessages.AgentLeft),
            string.Join(' ', request.Skills), string.Join(' ', request.Languages), DeliveryMessages.Presence(request.Site, request.Agent)));
    }

    public async ValueTask<PauseResult> SetPauseAsync(PauseRequest request, CancellationToken cancellation) =>
        AgentReplies.ToPauseResult(request.Site, await RunAsync(
            RedisScript.Pause, request.Site, cancellation, request.Agent, request.By ?? "", RedisMessages.CardWithdrawn(request.Site, DeliveryMessages.AgentLeft),
            RedisMessages.InvitationWithdrawn(DeliveryMessages.AgentLeft), DeliveryMessages.Presence(request.Site, request.Agent)));

    public async ValueTask<IReadOnlyList<StoredAgent>> GetAgentsAsync(string site, CancellationToken cancellation) =>
        AgentReplies.ToAgents(await RunAsync(RedisScript.Agents, site, cancellation));

    public async ValueTask<IReadOnlyList<OfferEnding>> SweepAsync(CancellationToken cancellation)
    {
        var endings = await Task.WhenAll((await _sites.AllAsync(cancellation)).Select(site => SweepAsync(site, cancellation)));
        return [.. endings.SelectMany(e => e)];
    }

    public async ValueTask<IReadOnlyList<OfferEnding>> WithdrawOffersAsync(string site, string cause, CancellationToken cancellation) =>
        OfferReplies.ToEndings(
            await RunAsync(RedisScript.Withdraw, site, cancellation, RedisMessages.CardWithdrawn(site, cause), RedisMessages.InvitationWithdrawn(cause)),
            site, OfferStatus.Withdrawn, cause);

    public async ValueTask<AgentAvailability> GetAvailabilityAsync(string site, CancellationToken cancellation)
    {
        var counts = (RedisResult[])(await RunAsync(RedisScript.Availability, site, cancellation))!;
        return new AgentAvailability((int)counts[0], (int)counts[1]);
    }

    public async ValueTask<StoredOverview> GetOverviewAsync(string site, CancellationToken cancellation) =>
        OverviewReplies.ToOverview(await RunAsync(RedisScript.Overview, site, cancellation));

    public async ValueTask SetPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        await _commands.RunAsync(RedisScript.PageOpen, [RedisKeys.Page(site, visitor)], [Offset, _node], cancellation);

    public async ValueTask SetPageClosedAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        await _commands.RunAsync(d => d.SortedSetRemoveAsync(RedisKeys.Page(site, visitor), _node), cancellation);

    public async ValueTask<bool> IsPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        ((int[])(await _commands.RunAsync(RedisScript.PageAsked, [RedisKeys.Page(site, visitor)], [Offset], cancellation))!)[0] == 1;

    public async ValueTask<IReadOnlySet<VisitorKey>> FindOpenPagesAsync(string site, IReadOnlyCollection<VisitorKey> visitors, CancellationToken cancellation)
    {
        var slotOf = _commands.GetSlots();
        var scripts = visitors.Select(v => (Visitor: v, Key: RedisKeys.Page(site, v))).GroupBy(page => slotOf(page.Key))
            .SelectMany(slot => slot.Chunk(Limits.PagesPerScriptMax))
            .Select(async pages =>
            {
                var isOpen = (int[])(await _commands.RunAsync(RedisScript.PageAsked, [.. pages.Select(p => p.Key)], [Offset], cancellation))!;
                return pages.Where((_, i) => isOpen[i] == 1).Select(p => p.Visitor);
            });
        return (await Task.WhenAll(scripts)).SelectMany(open => open).ToHashSet();
    }

    public async ValueTask<Assessment?> GetAssessmentAsync(string site, VisitorKey visitor, CancellationToken cancellation)
    {
        var bytes = (byte[]?)await _commands.RunAsync(d => d.StringGetAsync(RedisKeys.Assessment(site, visitor)), cancellation);
        return bytes is null ? null : _read.Decode(site, visitor, bytes);
    }

    public async ValueTask<StoredOffer?> GetOfferOfAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        OfferReplies.ToOffer(site, await RunAsync(RedisScript.OfferOf, site, cancellation, visitor.ToString()));

    public async ValueTask<StoredOffer?> GetOfferAsync(string site, OfferId offer, CancellationToken cancellation) =>
        OfferReplies.ToOffer(site, await RunAsync(RedisScript.Offer, site, cancellation, offer.ToString()));

    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetCardsAsync(string site, CancellationToken cancellation) =>
        OfferReplies.ToCards(site, await RunAsync(RedisScript.Cards, site, cancellation));

    public ValueTask<IAsyncDisposable> SubscribeAsync(string channel, Action<ReadOnlyMemory<byte>> receive, CancellationToken cancellation) =>
        _subscriptions.SubscribeAsync(channel, receive, cancellation);

    public async ValueTask<EraseResult> EraseAsync(string site, VisitorKey visitor, CancellationToken cancellation)
    {
        var offers = (int)await RunAsync(
            RedisScript.Erase, site, cancellation, visitor.ToString(), RedisMessages.CardWithdrawn(site, DeliveryMessages.Erased),
            RedisMessages.InvitationWithdrawn(DeliveryMessages.Erased), ConversationEntryWriter.Closed(DeliveryMessages.Erased, NodeNow));
        await _commands.RunAsync(d => d.KeyDeleteAsync(RedisKeys.Page(site, visitor)), cancellation);
        await _commands.RunAsync(d => d.KeyDeleteAsync(RedisKeys.Rejects(site, visitor)), cancellation);
        var known = await _commands.RunAsync(d => d.KeyDeleteAsync(RedisKeys.Assessment(site, visitor)), cancellation);
        _read.Forget(visitor);
        return new EraseResult(known ? 1 : 0, offers);
    }

    public async ValueTask CheckAsync(CancellationToken cancellation) => await _commands.RunAsync(d => d.KeyExistsAsync(RedisKeys.Sites), cancellation);

    public async ValueTask DisposeAsync()
    {
        _commands.Restored -= _sites.ForgetNames;
        await _listening.DisposeAsync();
        await _commands.DisposeAsync();
    }

    private RedisCommitWriter Commits => new(_commands, _sites, Offset);

    private async Task<IEnumerable<OfferEnding>> SweepAsync(string site, CancellationToken cancellation)
    {
        var swept = (RedisResult[])(await RunAsync(
            RedisScript.Sweep, site, cancellation, RedisMessages.CardWithdrawn(site, DeliveryMessages.AgentLeft),
            RedisMessages.InvitationWithdrawn(DeliveryMessages.AgentLeft), RedisMessages.CardWithdrawn(site, DeliveryMessages.Unclaimed),
            RedisMessages.Unclaimed, ConversationEntryWriter.Closed(DeliveryMessages.Unclaimed, NodeNow),
            DeliveryMessages.CardQueued(site, default, null, DeliveryMessages.GoesOn, NodeNow + (Limits.ClaimGiveUpAfter - Limits.ClaimNextAfter)),
            DeliveryMessages.CardQueued(site, default, null, DeliveryMessages.AgentLeft, NodeNow + Limits.ClaimGiveUpAfter),
            DeliveryMessages.ConversationWaits(default, DeliveryMessages.AgentLeft), ConversationEntryWriter.Waiting(DeliveryMessages.AgentLeft, NodeNow),
            RedisMessages.CardWithdrawn(site, DeliveryMessages.AgentLeft), ConversationEntryWriter.Closed(DeliveryMessages.AgentLeft, NodeNow)))!;
        return OfferReplies.ToEndings(swept[0], site, OfferStatus.Withdrawn, DeliveryMessages.AgentLeft)
            .Concat(OfferReplies.ToEndings(swept[1], site, OfferStatus.Ended, DeliveryMessages.Unclaimed))
            .Concat(OfferReplies.ToEndings(swept[2], site, OfferStatus.Ended, DeliveryMessages.AgentLeft));
    }

    private ValueTask<RedisResult> RunAsync(RedisScript script, string site, CancellationToken cancellation, params ReadOnlySpan<RedisValue> arguments) =>
        _commands.RunAsync(script, RedisKeys.OfSite(site), [Offset, .. arguments], cancellation);

    private static RedisValue LogTime(Instant? at) => at is { } known ? known.UnixMs : RedisValue.EmptyString;
}
