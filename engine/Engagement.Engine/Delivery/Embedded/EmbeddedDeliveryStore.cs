using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Engine.Stream.Embedded;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>
/// The delivery store in the storage file. Every change is one step on the writer's thread inside its transaction; readers look at memory as of
/// the last durable one. Presence outlives a restart as long as it would have lasted anyway. Assessments are derived and kept in memory alone.
/// Thread-safe.
/// </summary>
public sealed partial class EmbeddedDeliveryStore : IDeliveryStore
{
    private readonly EmbeddedDatabase _database;
    private readonly DeliverySteps _steps;
    private readonly DeliveryView _view = new();
    private readonly EmbeddedPublisher _publisher;
    private readonly ConcurrentDictionary<VisitorAt, Instant> _pagesUntil = new();

    /// <param name="database">Stays open; whoever opened it closes it.</param>
    public EmbeddedDeliveryStore(EmbeddedDatabase database, ILogger<EmbeddedDeliveryStore>? logger = null)
    {
        _database = database;
        _publisher = new EmbeddedPublisher(logger ?? NullLogger<EmbeddedDeliveryStore>.Instance);
        _steps = new DeliverySteps(database, _view, _publisher);
        database.Writer.Add(_steps);
    }

    public ValueTask<PartitionOwnership> TakePartitionAsync(int partition, CancellationToken cancellation) =>
        Run(() => _steps.Take(partition), cancellation);

    public ValueTask<CommitOutcome> CommitAsync(PartitionCommit commit, CancellationToken cancellation) => Run(() => _steps.Commit(commit), cancellation);

    public ValueTask<ReserveResult> ReserveAsync(ReserveRequest request, CancellationToken cancellation) => Run(() => _steps.Reserve(request), cancellation);

    public ValueTask<AnswerOutcome> AnswerAsync(AnswerRequest request, CancellationToken cancellation) => Run(() => _steps.Answer(request), cancellation);

    public ValueTask<ClaimResult> ClaimAsync(string site, OfferId offer, string agent, CancellationToken cancellation) =>
        Run(() => _steps.Claim(site, offer, agent), cancellation);

    public ValueTask<bool> EndConversationAsync(string site, OfferId offer, string agent, CancellationToken cancellation) =>
        Run(() => _steps.CloseConversation(site, offer, Participant.Of(agent), WallNow), cancellation);

    public ValueTask<PresenceResult> SetPresenceAsync(PresenceRequest request, CancellationToken cancellation) =>
        Run(() => _steps.SetPresence(request), cancellation);

    public ValueTask<PauseResult> SetPauseAsync(PauseRequest request, CancellationToken cancellation) => Run(() => _steps.SetPause(request), cancellation);

    public ValueTask<IReadOnlyList<StoredAgent>> GetAgentsAsync(string site, CancellationToken cancellation) => Run(() => _steps.Agents(site), cancellation);

    public ValueTask<IReadOnlyList<OfferEnding>> SweepAsync(CancellationToken cancellation) => Run(_steps.Sweep, cancellation);

    public ValueTask<IReadOnlyList<OfferEnding>> WithdrawOffersAsync(string site, string cause, CancellationToken cancellation) =>
        Run(() => _steps.WithdrawAll(site, cause), cancellation);

    public ValueTask<EraseResult> EraseAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        Run(() => _steps.Erase(new VisitorAt(site, visitor)), cancellation);

    public ValueTask<AgentAvailability> GetAvailabilityAsync(string site, CancellationToken cancellation)
    {
        var view = _view.FindSite(site)?.Availability;
        if (view is not null && WallNow < view.ValidUntil) return ValueTask.FromResult(view.Value);
        // Unknown, or a lease or presence has lapsed since: the writer counts again.
        return Run(() => _steps.CountAvailability(site), cancellation);
    }

    public ValueTask<StoredOverview> GetOverviewAsync(string site, CancellationToken cancellation) => Run(() => _steps.Overview(site), cancellation);

    /// <summary>One node: it knows its streams itself, and this is the memory of what it said.</summary>
    public ValueTask SetPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation)
    {
        _pagesUntil[new VisitorAt(site, visitor)] = WallNow + Limits.PagePresenceTtl;
        return ValueTask.CompletedTask;
    }

    public ValueTask SetPageClosedAsync(string site, VisitorKey visitor, CancellationToken cancellation)
    {
        _pagesUntil.TryRemove(new VisitorAt(site, visitor), out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> IsPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        ValueTask.FromResult(_pagesUntil.TryGetValue(new VisitorAt(site, visitor), out var until) && WallNow < until);

    public ValueTask<IReadOnlySet<VisitorKey>> FindOpenPagesAsync(string site, IReadOnlyCollection<VisitorKey> visitors, CancellationToken cancellation)
    {
        var now = WallNow;
        return ValueTask.FromResult<IReadOnlySet<VisitorKey>>(
            visitors.Where(v => _pagesUntil.TryGetValue(new VisitorAt(site, v), out var until) && now < until).ToHashSet());
    }

    public ValueTask<Assessment?> GetAssessmentAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        ValueTask.FromResult(_view.FindAssessment(new VisitorAt(site, visitor)));

    public ValueTask<StoredOffer?> GetOfferOfAsync(string site, VisitorKey visitor, CancellationToken cancellation)
    {
        var row = _view.FindOfferOf(new VisitorAt(site, visitor));
        return ValueTask.FromResult(row is { IsOnCards: true } && row.IsActive(NowOf(row)) ? row.ToStored() : null);
    }

    public ValueTask<StoredOffer?> GetOfferAsync(string site, OfferId offer, CancellationToken cancellation) =>
        ValueTask.FromResult(_view.FindOffer(offer) is { } row && row.Site == site && row.Status != OfferStatus.Pending ? row.ToStored() : null);

    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetCardsAsync(string site, CancellationToken cancellation)
    {
        var rows = _view.FindSite(site)?.Cards.Values.Where(r => r.IsActive(NowOf(r))) ?? [];
        return ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([.. rows.OrderBy(r => r.ReservedAt.UnixMs).SelectMany(CardsOf)]);
    }

    public ValueTask<IAsyncDisposable> SubscribeAsync(string channel, Action<ReadOnlyMemory<byte>> receive, CancellationToken cancellation) =>
        ValueTask.FromResult(_publisher.Subscribe(channel, receive));

    public ValueTask CheckAsync(CancellationToken cancellation) => _database.CheckAsync(cancellation);

    /// <summary>The database is closed by its owner; nothing to do here.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Instant WallNow => Instant.FromDateTimeOffset(_database.Clock.GetUtcNow());

    private Instant NowOf(OfferRow row) => row.LogClock ? _view.SiteOf(row.Site).Availability.LogNow : WallNow;

    /// <summary>Its card, and for whom it waits where the card does not say so.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> CardsOf(OfferRow row)
    {
        yield return CardOf(row);
        if (row.Status == OfferStatus.Accepted && OfferCourses.Queued(row.Site, row.Id, row.Agent, row.Course, row.HeldUntil) is { } queued) yield return queued;
    }

    private static ReadOnlyMemory<byte> CardOf(OfferRow row) => row.Status switch
    {
        OfferStatus.Accepted => row.Content.FullCard,
        OfferStatus.Claimed => DeliveryMessages.CardClaimed(row.Site, row.Id, row.SlotOf),
        _ => row.Content.ReservedCard,
    };

    private async ValueTask<T> Run<T>(Func<T> step, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return await _database.Writer.RunAsync(step);
    }
}
