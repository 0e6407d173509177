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

    /// <summary>Her session as last decided; null when none lives.</summary>
    public async ValueTask<Assessment?> FindAssessmentAsync(KnownVisitor known, CancellationToken cancellation)
    {
        foreach (var key in known.Keys)
            if (await WithinDeadline(store.GetAssessmentAsync(known.Site.Id, key, cancellation), cancellation) is { } assessment) return assessment;
        return null;
    }

    /// <summary>Her offer that is open, seen, accepted or claimed; null when none is.</summary>
    public async ValueTask<StoredOffer?> FindOfferAsync(KnownVisitor known, CancellationToken cancellation)
    {
        foreach (var key in known.Keys)
            if (await WithinDeadline(store.GetOfferOfAsync(known.Site.Id, key, cancellation), cancellation) is { } offer) return offer;
        return null;
    }

    public ValueTask<AgentAvailability> GetAvailabilityAsync(SiteModel site, CancellationToken cancellation) =>
        WithinDeadline(availability.GetAsync(site.Id, cancellation), cancellation);

    /// <summary>What agents and visitors do: within its deadline, also where the store does not answer at all. May be repeated.</summary>
    public ValueTask<T> ActAsync<T>(Func<CancellationToken, ValueTask<T>> act, CancellationToken cancellation) =>
        resilience.DeliveryAct.ExecuteAsync(static async (act, c) => await act(c).AsTask().WaitAsync(c), act, cancellation);

    /// <summary>What is answered from memory passes through; only what waits gets a deadline.</summary>
    private ValueTask<T> WithinDeadline<T>(ValueTask<T> asked, CancellationToken cancellation) => asked.IsCompletedSuccessfully
        ? asked
        : resilience.DeliveryAsk.ExecuteAsync(static async (task, c) => await task.WaitAsync(c), asked.AsTask(), cancellation);
}
