using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Engine.Agents;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>What the API works with. Immutable; the parts are thread-safe.</summary>
internal sealed class ApiParts(
    IDeliveryStore store, IEventLog log, SiteCatalogSource sites, AvailabilityState availability, PageStreamState pages, OutcomeWriter records,
    Resilience resilience, EngineMetrics metrics, EngineOptions options, TimeProvider time, StreamsState streams)
{
    public IDeliveryStore Store => store;
    public IEventLog Log => log;
    public SiteCatalogSource Sites => sites;
    public AvailabilityState Availability => availability;
    public PageStreamState Pages => pages;
    public OutcomeWriter Records => records;
    public Resilience Resilience => resilience;
    public EngineMetrics Metrics => metrics;
    public EngineOptions Options => options;
    public TimeProvider Time => time;

    /// <summary>Streams close with a retry hint.</summary>
    public CancellationToken Stopping => streams.Closing;
    public Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Answers to should-engage as rendered.</summary>
    public AnswerCache Answers { get; } = new();

    private readonly QuietVisitors _quiet = new();

    /// <summary>Her session as last decided; null when none lives.</summary>
    public ValueTask<Assessment?> FindAssessmentAsync(KnownVisitor known, CancellationToken cancellation) =>
        WithinDeadline(LoadAssessmentAsync(known, cancellation), cancellation);

    /// <summary>Her offer that is open, seen, accepted or claimed; null when none is.</summary>
    public ValueTask<StoredOffer?> FindOfferAsync(KnownVisitor known, CancellationToken cancellation) =>
        WithinDeadline(LoadOfferAsync(known, cancellation), cancellation);

    /// <summary>Hot: all that should-engage asks the store, under one deadline however many questions these are.</summary>
    /// <param name="isPresent">That she is there is known without asking.</param>
    /// <param name="withOffer">Her offer also where her session does not say that one is open.</param>
    public ValueTask<VisitorStanding> FindStandingAsync(KnownVisitor known, bool isPresent, bool withOffer, CancellationToken cancellation) =>
        WithinDeadline(LoadStandingAsync(known, isPresent, withOffer, cancellation), cancellation);

    /// <summary>What agents and visitors do: within its deadline, also where the store does not answer at all. May be repeated.</summary>
    public ValueTask<T> ActAsync<T>(Func<CancellationToken, ValueTask<T>> act, CancellationToken cancellation) =>
        resilience.DeliveryAct.ExecuteAsync(static async (act, c) => await act(c).AsTask().WaitAsync(c), act, cancellation);

    private async ValueTask<VisitorStanding> LoadStandingAsync(KnownVisitor known, bool isPresent, bool withOffer, CancellationToken cancellation)
    {
        isPresent |= known.IsOn(pages);
        var page = isPresent || !_quiet.Has(known.Key) ? null : store.IsPageOpenAsync(known.Site.Id, known.Key, cancellation).AsTask();
        var assessment = await LoadAssessmentAsync(known, cancellation);
        return new VisitorStanding(
            assessment,
            await availability.GetAsync(known.Site.Id, cancellation),
            withOffer || assessment?.Offer is OfferStatus.Open or OfferStatus.Seen ? await LoadOfferAsync(known, cancellation) : null,
            isPresent || await IsPresentAsync(known, assessment, page, cancellation));
    }

    private async ValueTask<Assessment?> LoadAssessmentAsync(KnownVisitor known, CancellationToken cancellation)
    {
        foreach (var key in known.Keys)
            if (await store.GetAssessmentAsync(known.Site.Id, key, cancellation) is { } assessment) return assessment;
        return null;
    }

    private async ValueTask<StoredOffer?> LoadOfferAsync(KnownVisitor known, CancellationToken cancellation)
    {
        foreach (var key in known.Keys)
            if (await store.GetOfferOfAsync(known.Site.Id, key, cancellation) is { } offer) return offer;
        return null;
    }

    /// <summary>A page of hers is open on another node; the store is asked only where her last event is too old to say so itself.</summary>
    /// <param name="asked">The question of the key of today, where it went out along with that of her assessment.</param>
    private async ValueTask<bool> IsPresentAsync(KnownVisitor known, Assessment? assessment, Task<bool>? asked, CancellationToken cancellation)
    {
        if (assessment is null || known.Site.Clock != SiteClock.Wall) return false;
        if (Now - assessment.LastPresenceAt <= Limits.PresenceAgeMax)
        {
            _quiet.Remove(assessment.Visitor);
            return false;
        }
        _quiet.Add(assessment.Visitor);
        return asked is not null && assessment.Visitor == known.Key ? await asked : await store.IsPageOpenAsync(known.Site.Id, assessment.Visitor, cancellation);
    }

    /// <summary>What is answered from memory passes through; only what waits gets a deadline.</summary>
    private ValueTask<T> WithinDeadline<T>(ValueTask<T> asked, CancellationToken cancellation) => asked.IsCompletedSuccessfully
        ? asked
        : resilience.DeliveryAsk.ExecuteAsync(static async (task, c) => await task.WaitAsync(c), asked.AsTask(), cancellation);
}

/// <summary>How things stand with a visitor, as the store says.</summary>
/// <param name="Assessment">Her session as last decided; null when none lives.</param>
/// <param name="Offer">Her offer that is open, seen, accepted or claimed, where it was looked for.</param>
/// <param name="Present">She is there, whatever the age of her last event.</param>
internal readonly record struct VisitorStanding(Assessment? Assessment, AgentAvailability Availability, StoredOffer? Offer, bool Present);
