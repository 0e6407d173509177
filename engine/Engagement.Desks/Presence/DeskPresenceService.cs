using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Desks.Delivery;
using Engagement.Engine;
using Engagement.Engine.Agents;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Presence;

/// <summary>
/// Reads who is there at each site's desk and renews it in the store, well before it lapses there. What could not be read is not renewed, and what is too
/// old does not count, so that nobody is offered whom nobody has seen for a minute. A desk that becomes this node's is read at once: the node that read it
/// before may have died, and what that one heard lapses. One round at a time.
/// </summary>
internal sealed class DeskPresenceService(
    SiteCatalogSource sites, DeskFactory desks, DeskAssignment assignment, IDeliveryStore store, AvailabilityState availability, OutcomeWriter records,
    NoticeState state, Resilience resilience, DeskOptions options, TimeProvider time, ILogger<DeskPresenceService> logger) : BackgroundService
{
    /// <summary>Slack takes some fifty questions a minute: a larger team is asked in every second round, and what was heard holds for it.</summary>
    private const int AgentsEachRoundMax = 8;

    private readonly SemaphoreSlim _round = new(1);
    private readonly Dictionary<string, HashSet<string>> _there = new(StringComparer.Ordinal);
    private long _rounds;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PresenceInterval, time);
        try
        {
            var (turn, taken) = (Task.FromResult(true), assignment.NextTaken);
            while (true)
            {
                var isTurn = await Task.WhenAny(turn, taken) == turn;
                if (isTurn && !await turn) return;
                taken = assignment.NextTaken;
                await ReadSitesAsync(onlyNew: !isTurn, stoppingToken);
                if (isTurn) turn = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: presence lapses by itself, unless another node goes on.
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _round.Dispose();
    }

    /// <summary>One round over the sites of this node; waits for one that is under way.</summary>
    public Task ReadAllAsync(CancellationToken cancellation) => ReadSitesAsync(onlyNew: false, cancellation);

    private async Task ReadSitesAsync(bool onlyNew, CancellationToken cancellation)
    {
        await _round.WaitAsync(cancellation);
        try
        {
            await ReadRoundAsync(onlyNew, cancellation);
        }
        finally
        {
            _round.Release();
        }
    }

    /// <param name="onlyNew">Those alone of whom this node has heard nothing yet: an extra round, that is nobody's turn.</param>
    private async Task ReadRoundAsync(bool onlyNew, CancellationToken cancellation)
    {
        if (!onlyNew) _rounds++;
        var catalog = sites.Current;
        var ours = catalog.Sites.Where(s => s is { Mode: not SiteMode.Off, Clock: SiteClock.Wall } && assignment.IsOurs(s.Id)).ToList();
        foreach (var gone in _there.Keys.Except(ours.Select(s => s.Id)).ToArray()) _there.Remove(gone);
        var asked = ours.Where(s => s.Desk is not null && (onlyNew ? !_there.ContainsKey(s.Id) : IsTurn(s.Desk)));
        var read = await Task.WhenAll(asked.Select(async site => (site, Presence: await ReadAsync(site, cancellation))));
        foreach (var (site, presence) in read)
            if (presence is not null) await RenewAsync(site, presence, cancellation);
    }

    private bool IsTurn(SiteDesk desk) => desk.IsByHours || desk.Kind != DeskKind.Slack || desk.Agents.Length <= AgentsEachRoundMax || _rounds % 2 == 1;

    /// <summary>Null where it could not be read.</summary>
    private async Task<DeskPresence?> ReadAsync(SiteModel site, CancellationToken cancellation)
    {
        var desk = site.Desk!;
        if (desk.IsByHours) return TeamHours.At(desk, site.TimeZone, Instant.FromDateTimeOffset(time.GetUtcNow()));
        var status = state.Of(site.Id, ReceiverDirectory.NameOf(desk));
        try
        {
            var began = time.GetTimestamp();
            var presence = await resilience.DeskPresence.ExecuteAsync(c => desks.Open(desk).ReadPresenceAsync(c), cancellation);
            presence = presence with { Age = presence.Age + time.GetElapsedTime(began) };
            status.PresenceFault = presence.Age > options.PresenceAgeMax ? $"what it says is {presence.Age.TotalSeconds:0} s old" : null;
            return presence.Age > options.PresenceAgeMax ? presence with { Agents = [] } : presence;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            status.PresenceFault = e.Message;
            logger.LogWarning("{Site}: presence of the {Desk} desk could not be read; who is not renewed lapses: {Reason}", site.Id, desk.Kind, e.Message);
            return null;
        }
    }

    private async ValueTask RenewAsync(SiteModel site, DeskPresence presence, CancellationToken cancellation)
    {
        if (!_there.TryGetValue(site.Id, out var before)) _there[site.Id] = before = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var agent in presence.Agents)
            {
                await SetAsync(new PresenceRequest(site.Id, agent.Id, agent.TakesNew ? PresenceStatus.Available : PresenceStatus.Away, agent.Capacity), cancellation);
                before.Add(agent.Id);
            }
            foreach (var left in before.Except(presence.Agents.Select(a => a.Id)).ToArray())
            {
                await SetAsync(new PresenceRequest(site.Id, left, PresenceStatus.Away, 0), cancellation);
                before.Remove(left);
            }
            await resilience.DeliveryAct.ExecuteAsync(c => availability.RefreshAsync(site.Id, c), cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            logger.LogWarning("{Site}: presence of its desk was not taken by the store; tried again in {Interval}: {Reason}", site.Id, options.PresenceInterval, e.Message);
        }
    }

    private async ValueTask SetAsync(PresenceRequest request, CancellationToken cancellation)
    {
        var taken = await resilience.DeliveryAct.ExecuteAsync(c => store.SetPresenceAsync(request, c), cancellation);
        await records.EndedAsync(taken.Endings, cancellation);
    }
}
